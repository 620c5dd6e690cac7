"""One run over download events as a flow run: credentials and progress, opened and closed around it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect.runtime import flow_run

from dashmedia.exports.opening import open_export
from tasks.dash_credentials import dash_access
from tasks.leased_rate import DAM_LIMIT, leased_rate
from tasks.progress import Progress, shown
from tasks.sessions import attempt_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.exports.options import ExportOptions
    from dashmedia.exports.session import ExportSession


@contextmanager
def open_export_session(options: ExportOptions, credentials: str) -> Iterator[ExportSession]:
    """A run over download events whose id is the flow run's, shown in the UI while it goes on."""
    settings, tokens = dash_access(credentials)
    with (
        leased_rate(DAM_LIMIT, settings.requests_per_minute) as rate,
        open_export(options, settings, run_id=attempt_id(), refresh_tokens=tokens, shared_rate=rate) as session,
        shown("export-progress", follow_days(session)),
    ):
        yield session


def follow_days(session: ExportSession) -> Callable[[], Progress]:
    """A look at how many days the run is through with."""

    def look() -> Progress:
        requests = sum(session.tally.counts().values())
        return Progress(
            "days", sum(day.is_done for day in session.days), len(session.days), f"days, {requests:,} requests"
        )

    return look


def named_by_days() -> str:
    """The flow run's name: its flow and the days that were asked for."""
    asked = flow_run.parameters
    days = [str(asked[end]) for end in ("first_day", "last_day") if asked.get(end)]
    name = str(flow_run.flow_name).replace("-", " ")
    return f"{name} {' to '.join(days)}" if days else f"{name}, yesterday in {asked.get('timezone')}"
