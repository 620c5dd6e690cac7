"""An ingestion, opened with everything it needs."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.errors import LedgerError, SettingsError
from dashmedia.ingest.dam_folder import open_dam, open_folder
from dashmedia.ingest.library import open_library
from dashmedia.ingest.report import Scoreboard
from dashmedia.ingest.session import IngestSession
from dashmedia.ledger import Heartbeat, Ledger, Life
from dashmedia.ledger.records import family_of
from dashmedia.rate import RequestTally
from dashmedia.sources import Shard, open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.dam import DashSettings
    from dashmedia.dam.job_models import Job
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.http import RetryPolicy
    from dashmedia.ingest.dam_folder import Dam, DamFolder
    from dashmedia.ingest.library import Library
    from dashmedia.ingest.options import IngestOptions
    from dashmedia.rate import SharedRate
    from dashmedia.settings import SocialSettings

#: What the ledger calls this flow.
FLOW = "ingest_ugc"


@dataclass(frozen=True)
class DashAccess:
    """How to reach the DAM.

    Attributes:
        refresh_tokens: where new refresh tokens are kept.
        on_job: is handed every batch job at every look.
        shared_rate: what all processes together may send; None when this one is alone.
    """

    settings: DashSettings
    refresh_tokens: RefreshTokens | None = None
    on_job: Callable[[Job], None] | None = None
    shared_rate: SharedRate | None = None


@contextmanager
def open_ingest(
    options: IngestOptions,
    settings: SocialSettings | None,
    *,
    ledger_url: str | None,
    run_id: str,
    family: str | None = None,
    dash: DashAccess | None = None,
    social_rate: SharedRate | None = None,
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
        family: of a shard, the run that it works for; then that and the shard make the run's id.
        dash: how to reach the DAM; None when no folder was chosen.
        social_rate: what all processes together may send to Dash Social; None when this one is alone.
        retry: limits of the short repeats of one call; None is the library's own policy.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.

    Raises:
        SourceError: the folder or manifest cannot be read.
        LedgerError: the ledger cannot be opened, or does not know the run that this shard works for.
        AuthError: a token is not accepted.
        PermissionDeniedError: a token does not reach one of the brands, or may not make assets.
        SchemaError: the metadata mapping names a field that the DAM does not have.
    """
    source = open_source(
        options.source, include=options.include, exclude=options.exclude, limit=options.limit,
        allow_outside=options.allow_outside, shard=Shard.parse(options.shard) if options.shard else None,
    )  # fmt: skip
    tally, score = RequestTally(), Scoreboard()
    shared: dict[str, Any] = {"tally": tally, "retry": retry, "sleep": sleep, "clock": clock}
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(ledger_url))
        if family and not options.dry_run:
            _require_family(ledger, family)
        library = stack.enter_context(_library(options, settings, shared | {"shared_rate": social_rate}))
        folder = stack.enter_context(_folder(options, dash, shared))
        run_id = shard_run_id(family, options.shard) if family and options.shard else run_id
        run = ledger.start_run(run_id, flow=FLOW, source=_source_of(run_id, options), dry_run=options.dry_run)
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
    shared = shared | {"refresh_tokens": access.refresh_tokens, "shared_rate": access.shared_rate}
    return open_folder(options, access.settings, **shared)


def shard_run_id(family: str, shard: str) -> str:
    """What the ledger calls the run of a shard; the same for every try at it."""
    return f"{family}/{shard.replace('/', '-of-')}"


def _source_of(run_id: str, options: IngestOptions) -> str:
    """What the ledger says that a run reads; the newest run of the whole source is the one that was shared out."""
    return options.source if family_of(run_id) == run_id else f"{options.source} (shard {options.shard})"


def _require_family(ledger: Ledger, family: str) -> None:
    if ledger.life(family) is Life.UNKNOWN:
        raise LedgerError(
            f"The ledger at {ledger.place} does not know the run {family} that this shard works for, so nothing was sent: with "
            "two ledgers an original could be sent twice. Set DASH_LEDGER_URL to one PostgreSQL database wherever flows run."
        )
