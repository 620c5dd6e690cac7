"""`Ledger`: the single source of truth for "was this done already"."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from dashmedia.errors import LedgerError
from dashmedia.ledger import claims, gaps, looks, quarantine, refused, runs, transitions, uploads
from dashmedia.ledger.database import Database, locate, require_existing
from dashmedia.ledger.fields_written import FieldsWritten
from dashmedia.ledger.heartbeat import Heartbeat
from dashmedia.ledger.jobs import KnownJobs
from dashmedia.ledger.moves import moves_of
from dashmedia.ledger.open_uploads import OpenUploads
from dashmedia.ledger.owners import this_owner
from dashmedia.ledger.promotions import Promotions
from dashmedia.ledger.records import Run
from dashmedia.ledger.rows import in_batches
from dashmedia.ledger.upgrades import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from dashmedia.ledger.gaps import Gap
    from dashmedia.ledger.jobs import KnownJob
    from dashmedia.ledger.records import Claim, Failure, Item, Key, Move, NewItem, Transition, Upload

#: How long a claim holds without being renewed, in seconds. Longer than the budget of one request would be safer
#: still; the heartbeat renews every third of it, and every recorded step does.
LEASE_S = 90.0


class Ledger:
    """One object for all threads of a process. What takes many rows works in transactions of `BATCH_ROWS`.

    Attributes:
        place: where it is kept, for people; without user and password.
        lease_s: how long a claim holds unless renewed, in seconds.
        jobs: batch jobs by the keys of their requests.
        open_uploads: uploads in parts that are under way, and the parts that arrived.
        promotions: what was to move from state to state, and what did.
        fields_written: which metadata was written to the assets of which contents.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time, lease_s: float = LEASE_S) -> None:
        self._database = database
        self._clock = clock
        self.place = database.place
        self.lease_s = lease_s
        self.jobs = KnownJobs(database, self.now, lease_s)
        self.open_uploads = OpenUploads(database, self.now)
        self.promotions = Promotions(database, self.now, lease_s)
        self.fields_written = FieldsWritten(database, self.now)

    @classmethod
    def open(
        cls,
        url: str | Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        lease_s: float = LEASE_S,
        create: bool = True,
    ) -> Self:
        """Open it, made or upgraded as needed.

        Args:
            url: `postgresql://…`, `sqlite:///…`, a file path; None for a file in the user's data folder.
            clock: seconds since the epoch.
            lease_s: how long a claim holds unless renewed, in seconds.
            create: whether an absent ledger is made.

        Raises:
            LedgerError: it cannot be reached, written or read, is absent and `create` is false, is of a newer version,
                or belongs to another program. The message holds no password.
        """
        where = locate(url)
        if not create:
            require_existing(where)
        database = Database(where)
        try:
            with database.write() as connection:
                prepare(connection, database.place, create=create)
        except LedgerError:
            database.close()
            raise
        return cls(database, clock=clock, lease_s=lease_s)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> datetime:
        """The ledger's clock, in UTC."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def _until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.lease_s)

    # Runs

    def start_run(self, run_id: str, *, flow: str, source: str, owner: str | None = None, dry_run: bool = False) -> Run:
        """A run of this process.

        Args:
            run_id: a name known elsewhere too, such as the flow run's; given again, the run begins anew.
            flow: its name.
            source: what it reads, as its refusals name it.
            owner: another holder than this process; for tests.
            dry_run: nothing is written about it, so that the last real run stays the newest.
        """
        run = Run(run_id, flow, source, owner or this_owner(), self.now())
        if not dry_run:
            with self._database.write() as connection:
                runs.start(connection, run)
        return run

    def end_run(self, run: Run, counts: Mapping[str, Any]) -> None:
        """Let go of what the run still holds and keep its counts (JSON values)."""
        with self._database.write() as connection:
            claims.release(connection, run)
            runs.end(connection, run, counts, self.now())

    def life(self, run_id: str) -> runs.Life:
        """Whether that run is at work, as far as the ledger knows."""
        with self._database.read() as connection:
            return runs.life(connection, run_id, self.now())

    def give_up(self, run_id: str) -> int:
        """Write a run off before it is tried again, and free what it held if it is dead; how many rows that were."""
        with self._database.write() as connection:
            return runs.give_up(connection, run_id, self.now())

    def gap(self) -> Gap | None:
        """The time of which a restored ledger knows nothing; None when it may be trusted."""
        with self._database.read() as connection:
            return gaps.find_gap(connection)

    def trust(self) -> int:
        """Close the gaps of a restored ledger: runs look no longer before they create. How many there were."""
        with self._database.write() as connection:
            return gaps.close_gaps(connection)

    # Claims

    def claim(self, new: Sequence[NewItem], run: Run) -> list[Claim]:
        """Ask for the right to work on these items; one answer each, in their order.

        Every item with `Verdict.TAKEN` is this run's until it is ready, failed, released, or the lease ends.
        """
        answers: list[Claim] = []
        for batch in in_batches(new):
            with self._database.write() as connection:
                now = self.now()
                answers += claims.claim(connection, batch, run, now, self._until(now))
        return answers

    def preview(self, new: Sequence[NewItem], run: Run) -> list[Claim]:
        """What `claim` would answer now; nothing is written, so items of earlier previews count for nothing."""
        answers: list[Claim] = []
        for batch in in_batches(new):
            with self._database.read() as connection:
                now = self.now()
                answers += claims.preview(connection, batch, run, now, self._until(now))
        return answers

    def renew(self, run: Run) -> int:
        """Hold every row of the run for another lease; how many there are."""
        with self._database.write() as connection:
            return claims.renew(connection, run, self._until(self.now()))

    def release(self, run: Run) -> int:
        """Let go of every row of the run; how many there were."""
        with self._database.write() as connection:
            return claims.release(connection, run)

    def heartbeat(self, run: Run) -> Heartbeat:
        """`with ledger.heartbeat(run):` keeps the run's rows held."""
        return Heartbeat(self, run)

    # Steps

    def record(self, run: Run, steps: Sequence[Transition]) -> frozenset[Key]:
        """Take these steps and hold the rows for another lease. When it returns, they outlast a power cut.

        Returns:
            Rows that the run no longer holds, because its lease ended and another took them. Nothing was written to
            them: do not go on with these, above all do not send their creates.

        Raises:
            IllegalTransitionError: one step is not legal; none was recorded (of its `BATCH_ROWS`).
        """
        lost: set[Key] = set()
        for batch in in_batches(steps):
            with self._database.write() as connection:
                now = self.now()
                lost |= transitions.record(connection, run, batch, now, self._until(now))
        return frozenset(lost)

    def fail(self, run: Run, failures: Sequence[Failure]) -> frozenset[Key]:
        """Set these rows aside with their reasons; the next run takes the retryable ones from where they are.

        Returns:
            As `record`.
        """
        lost: set[Key] = set()
        for batch in in_batches(failures):
            with self._database.write() as connection:
                lost |= transitions.fail(connection, run, batch, self.now())
        return frozenset(lost)

    def retry(self, rows: Iterable[Item]) -> int:
        """Take those of `rows` that are quarantined out of it; how many."""
        count = 0
        for batch in in_batches(rows):
            with self._database.write() as connection:
                count += quarantine.take_out(connection, [item.key for item in batch], self.now())
        return count

    # Bytes, refusals, jobs

    def uploads(self, service: str, contents: Collection[str]) -> dict[str, Upload]:
        """What the service's storage holds of these contents, by SHA-256."""
        with self._database.read() as connection:
            return uploads.read_uploads(connection, service, contents)

    def keep_uploads(self, service: str, kept: Iterable[Upload]) -> None:
        """Remember uploaded bytes for every further destination of the service."""
        for batch in in_batches(kept):
            with self._database.write() as connection:
                uploads.keep_uploads(connection, service, batch, self.now())

    def refuse(self, run: Run, source: str, refusals: Iterable[refused.Refusal]) -> None:
        """Keep what the gate refused."""
        for batch in in_batches(refusals):
            with self._database.write() as connection:
                refused.refuse(connection, run, source, batch, self.now())

    def attach(self, request_key: str) -> KnownJob | None:
        """The job submitted, or being submitted, for this request, if there is one."""
        return self.jobs.read(request_key)

    # Looks

    def summary(self) -> list[looks.Sum]:
        """Counts by destination and shown state."""
        with self._database.read() as connection:
            return looks.summary(connection)

    def find(self, words: str) -> Iterator[Item]:
        """Rows by the beginning of their SHA-256 (4 characters or more), uri, file name, source id or remote id."""
        return looks.find(self._database, words)

    def history(self, words: str) -> Iterator[tuple[Item, list[Move]]]:
        """As `find`, each row with its history, oldest first."""
        for item in self.find(words):
            with self._database.read() as connection:
                lines = moves_of(connection, item.key)
            yield item, lines

    def unfinished(self, destinations: Collection[str] = ()) -> Iterator[Item]:
        """Rows that a run could take now: not ready, not quarantined, not held by a process that may be alive."""
        return looks.unfinished(self._database, destinations, self.now())

    def unready(self, destinations: Collection[str] = ()) -> Iterator[Item]:
        """Every row that is not ready, whatever stands against it."""
        return looks.not_ready(self._database, destinations)

    def left(self, destinations: Collection[str] = ()) -> Iterator[looks.Left]:
        """Every row that is not ready, why, and the next step; of all destinations when none is named."""
        return looks.left(self._database, destinations, self.now())

    def refused(self, *, everything: bool = False) -> Iterator[refused.Refused]:
        """What the newest run of each source refused; `everything` adds what older runs did."""
        return refused.read_refused(self._database, everything=everything)
