"""Progress while a run goes on: an artifact in the UI, and a bar where a person watches a terminal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar, copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple, cast

import httpx
from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException

from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        unit: what is counted, in the plural.
        done: how many the run is through with.
        total: of how many; None when nobody knows.
        words: what else to show at a terminal.
        is_bound: whether the total may turn out to be less.
    """

    unit: str
    done: int
    total: int | None
    words: str = ""
    is_bound: bool = False

    @property
    def share(self) -> float:
        """In percent, 0 to 100."""
        return min(100.0, 100.0 * self.done / self.total) if self.total else 0.0

    @property
    def sentence(self) -> str:
        """How many of how many."""
        of = f"{self.total:,}" if self.total is not None else "an unknown number of"
        return f"{self.done:,} of {of} {self.unit}"

    def at_the_end(self) -> Progress:
        """The same when nothing more will come."""
        return self._replace(total=self.done) if self.is_bound else self


Look = Callable[[], Progress]
Watcher = Callable[[Look], AbstractContextManager[object]]

#: Seconds between two updates of the artifact; each is one request to the Prefect server.
EVERY_S = 5.0

#: Set by the command line: how progress is shown to the person at the terminal.
watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def shown(key: str, look: Look) -> Iterator[None]:
    """Show what `look` sees until the block ends; `key` is the artifact's."""
    with ExitStack() as stack:
        watch = watcher.get()
        if watch is not None:
            stack.enter_context(watch(look))
        stack.enter_context(artifact_shown(key, look))
        yield


@contextmanager
def artifact_shown(key: str, look: Look) -> Iterator[None]:
    """The same in the UI alone, for what is second to another progress.

    A Prefect server that does not take it costs the run a line in its log; each look tries again.
    """
    over = Event()
    teller = Thread(target=copy_context().run, args=(_tell, key, look, over), name="progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell(key: str, look: Look, over: Event) -> None:
    artifact = _Artifact(key)
    artifact.show(look())
    while not over.wait(EVERY_S):
        artifact.show(look())
    artifact.show(look().at_the_end())


class _Artifact:
    """One progress artifact, made when it is first shown."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._id: UUID | None = None
        self._has_said = False

    def show(self, progress: Progress) -> None:
        """Put it at `progress`; trouble is logged the first time, and the next look tries again."""
        try:
            self._put(progress)
        except (httpx.HTTPError, PrefectException) as error:
            if not self._has_said:
                get_run_logger().warning("The progress %s cannot be shown now: %s", self._key, clip(str(error)))
            self._has_said = True

    def _put(self, progress: Progress) -> None:
        if self._id is None:
            made = create_progress_artifact(progress.share, key=self._key, description=progress.sentence)
            self._id = cast("UUID", made)
        else:
            update_progress_artifact(self._id, progress=progress.share, description=progress.sentence)
