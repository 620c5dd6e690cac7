"""Ingestions that die by SIGKILL at any moment at which they reach outside, over real servers."""

from pathlib import Path

from support.boundaries import Mortal
from support.ingesting import ingest


def _ingest(settings, source, ledger, run_id, **options):
    return ingest(settings, source, ledger, run_id, **options).is_complete


#: Takes what `ingest` takes.
INGESTION = Mortal(_ingest, lambda _settings, _source, ledger, *_: Path(ledger).parent)
