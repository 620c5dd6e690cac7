"""Progress while a run goes on: an artifact in the UI, and a bar where a person watches a terminal."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from dashmedia.ingest.report import FATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from uuid import UUID

    from dashmedia.ingest import IngestSession

    Watcher = Callable[[IngestSession], AbstractContextManager[object]]

#: Seconds between two updates of the artifact; each is one request to the Prefect server.
EVERY_S = 2.0

#: Set by the command line: how progress is shown to the person at the terminal.
watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


def finished(session: IngestSession) -> int:
    """Originals whose fate is known so far."""
    counts = session.score.counts()
    return sum(counts.get(fate, 0) for fate in FATES)


@contextmanager
def shown(session: IngestSession) -> Iterator[None]:
    """Show the session's progress until the block ends."""
    with ExitStack() as stack:
        watch = watcher.get()
        if watch is not None:
            stack.enter_context(watch(session))
        stack.enter_context(_artifact(session))
        yield


@contextmanager
def _artifact(session: IngestSession) -> Iterator[None]:
    total = session.source.count()
    artifact_id = cast("UUID", create_progress_artifact(0.0, key="ingest-progress", description=_words(session, total)))
    over = Event()
    teller = Thread(
        target=copy_context().run, args=(_tell, session, total, artifact_id, over), name="progress", daemon=True
    )
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
        _update(session, finished(session), artifact_id)


def _tell(session: IngestSession, total: int | None, artifact_id: UUID, over: Event) -> None:
    while not over.wait(EVERY_S):
        _update(session, total, artifact_id)


def _update(session: IngestSession, total: int | None, artifact_id: UUID) -> None:
    share = 100.0 * finished(session) / total if total else 0.0
    update_progress_artifact(artifact_id, progress=min(100.0, share), description=_words(session, total))


def _words(session: IngestSession, total: int | None) -> str:
    return f"{finished(session):,} of {f'{total:,}' if total is not None else 'an unknown number of'} originals"
