"""Promotions that die by SIGKILL at any moment at which they reach outside, over a real server."""

from pathlib import Path

from support.boundaries import Mortal
from support.promoting import promote


def _promote(sandbox, ledger, run_id, **options):
    return promote(sandbox, ledger, run_id, **options).is_complete


#: Takes what `promote` takes.
PROMOTION = Mortal(_promote, lambda _sandbox, ledger, *_: Path(ledger).parent)
