"""One ingestion as a flow run: credentials, ledger and progress, opened and closed around it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING
from uuid import uuid4

from prefect import get_run_logger
from prefect.runtime import flow_run

from dashmedia.ingest import DashAccess, open_ingest
from dashmedia.ingest.report import FATES
from tasks.arenas import share_arenas
from tasks.credentials import social_settings
from tasks.dash_credentials import dash_access
from tasks.garbage import imports_left_alone
from tasks.jobs import JobBoard
from tasks.leased_rate import DAM_LIMIT, SOCIAL_LIMIT, leased_rate
from tasks.progress import Progress, artifact_shown, shown
from tasks.threads import quick_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from dashmedia.ingest import IngestOptions, IngestSession
    from dashmedia.rate import SharedRate
    from dashmedia.settings import SocialSettings

#: Batches under way at once: while one waits for the library to process, the next ones are read and sent. Memory is
#: bounded by this many batches, and more of them were not faster.
BATCHES_AT_ONCE = 6


@contextmanager
def open_session(options: IngestOptions, credentials: str, dash_credentials: str) -> Iterator[IngestSession]:
    """An ingestion whose run id is the flow run's, shown in the UI while it goes on.

    Each service is asked for its credentials only if it is a destination.
    """
    settings = social_settings(credentials) if options.brand_ids else None
    board = JobBoard()
    share_arenas()
    with (
        imports_left_alone(),
        quick_turns(),
        _social_rate(settings) as social_rate,
        _access(options, dash_credentials, board) as access,
        open_ingest(
            options,
            settings,
            ledger_url=os.environ.get("DASH_LEDGER_URL"),
            run_id=attempt_id(),
            family=_family(options),
            dash=access,
            social_rate=social_rate,
        ) as session,
        shown("ingest-progress", follow(session)),
        ExitStack() as stack,
    ):
        if session.dam is not None and not options.dry_run:
            stack.enter_context(artifact_shown("ingest-jobs", board.look))
        for remark in session.remarks():
            get_run_logger().info(remark)
        yield session


def _social_rate(settings: SocialSettings | None) -> AbstractContextManager[SharedRate | None]:
    return leased_rate(SOCIAL_LIMIT, settings.requests_per_minute) if settings else nullcontext()


@contextmanager
def _access(options: IngestOptions, dash_credentials: str, board: JobBoard) -> Iterator[DashAccess | None]:
    if options.dam_folder is None:
        yield None
        return
    settings, tokens = dash_access(dash_credentials)
    with leased_rate(DAM_LIMIT, settings.requests_per_minute) as rate:
        yield DashAccess(settings, tokens, board.see, rate)


def _family(options: IngestOptions) -> str | None:
    """The run that shared the work out, if it was one; a person may also run a single shard by hand."""
    return flow_run.parent_flow_run_id if options.shard else None


def follow(session: IngestSession) -> Callable[[], Progress]:
    """A look at how many originals' fate is known so far; a manifest's rows are counted without parsing them."""
    total = session.source.count()

    def look() -> Progress:
        counts = session.score.counts()
        done = sum(counts.get(fate, 0) for fate in FATES)
        return Progress("originals", done, total, f"{counts.get('bytes', 0) / 1e6:,.1f} MB sent", is_bound=True)

    return look


def attempt_id() -> str:
    """The flow run's id, with the attempt's number when Prefect runs it again: each attempt claims for itself."""
    number = flow_run.run_count or 1
    return f"{flow_run.id or uuid4()}{f'-{number}' if number > 1 else ''}"
