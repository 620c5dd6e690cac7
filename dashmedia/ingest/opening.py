"""An ingestion, opened with everything it needs."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.errors import SettingsError
from dashmedia.ingest.dam_folder import open_dam, open_folder
from dashmedia.ingest.library import open_library
from dashmedia.ingest.report import Scoreboard
from dashmedia.ingest.session import IngestSession
from dashmedia.ledger import Heartbeat, Ledger
from dashmedia.rate import RequestTally
from dashmedia.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.dam import DashSettings
    from dashmedia.dam.job_models import Job
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.http import RetryPolicy
    from dashmedia.ingest.dam_folder import Dam, DamFolder
    from dashmedia.ingest.library import Library
    from dashmedia.ingest.options import IngestOptions
    from dashmedia.settings import SocialSettings


@dataclass(frozen=True)
class DashAccess:
    """How to reach the DAM.

    Attributes:
        refresh_tokens: where new refresh tokens are kept.
        on_job: is handed every batch job at every look.
    """

    settings: DashSettings
    refresh_tokens: RefreshTokens | None = None
    on_job: Callable[[Job], None] | None = None


@contextmanager
def open_ingest(
    options: IngestOptions,
    settings: SocialSettings | None,
    *,
    ledger_url: str | None,
    run_id: str,
    dash: DashAccess | None = None,
    retry: RetryPolicy | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[IngestSession]:
    """Everything one ingestion needs, opened in the order in which a person's mistakes are cheapest to find.

    Args:
        options: what was chosen.
        settings: how to reach Dash Social; None when no brand was chosen.
        ledger_url: see `Ledger.open`.
        run_id: a name known elsewhere too, such as the flow run's.
        dash: how to reach the DAM; None when no folder was chosen.
        retry: limits of the short repeats of one call; None is the library's own policy.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.

    Raises:
        SourceError: the folder or manifest cannot be read.
        LedgerError: the ledger cannot be opened.
        AuthError: a token is not accepted.
        PermissionDeniedError: a token does not reach one of the brands, or may not make assets.
        SchemaError: the metadata mapping names a field that the DAM does not have.
    """
    source = open_source(
        options.source, include=options.include, exclude=options.exclude, limit=options.limit,
        allow_outside=options.allow_outside,
    )  # fmt: skip
    tally, score = RequestTally(), Scoreboard()
    shared: dict[str, Any] = {"tally": tally, "retry": retry, "sleep": sleep, "clock": clock}
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(ledger_url))
        library = stack.enter_context(_library(options, settings, shared))
        folder = stack.enter_context(_folder(options, dash, shared))
        run = ledger.start_run(run_id, flow="ingest_ugc", source=options.source, dry_run=options.dry_run)
        if not options.dry_run:
            stack.callback(lambda: ledger.end_run(run, score.counts()))
            stack.enter_context(Heartbeat(ledger, run))
        dam: Dam | None = None
        if folder is not None and dash is not None:
            told: dict[str, Any] = {"on_job": dash.on_job, "on_part": lambda size: score.add("bytes", size)}
            dam = stack.enter_context(open_dam(folder, options, ledger, run, **told, **shared))
        session = IngestSession(
            options, source=source, ledger=ledger, run=run, library=library, dam=dam, tally=tally, score=score,
            sleep=sleep, clock=clock,
        )  # fmt: skip
        yield stack.enter_context(session)


def _library(
    options: IngestOptions, settings: SocialSettings | None, shared: dict[str, Any]
) -> AbstractContextManager[Library | None]:
    if not options.brand_ids:
        return nullcontext()
    if settings is None:
        raise SettingsError("Brands were chosen, and nothing says how to reach Dash Social.")
    return open_library(options.brand_ids, settings, **shared)


def _folder(
    options: IngestOptions, access: DashAccess | None, shared: dict[str, Any]
) -> AbstractContextManager[DamFolder | None]:
    if options.dam_folder is None:
        return nullcontext()
    if access is None:
        raise SettingsError("A folder of the DAM was chosen, and nothing says how to reach Dash.")
    return open_folder(options, access.settings, refresh_tokens=access.refresh_tokens, **shared)
