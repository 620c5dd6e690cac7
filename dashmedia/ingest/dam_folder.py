"""A folder of the DAM as a run finds it, before anything is sent: may we, does it exist, can the metadata be written."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.dam import open_dash, wire
from dashmedia.dam.permissions import require_permissions
from dashmedia.dam.schema import Schema
from dashmedia.gate.copies import Copies
from dashmedia.ingest.metadata_writer import MetadataWriter
from dashmedia.ingest.session import call_threads
from dashmedia.jobs import JobRunner
from dashmedia.ledger.destinations import dam_destination, dam_folder
from dashmedia.rate import RateBudget
from dashmedia.storage import Storage
from dashmedia.uploads import AssetUploader, UploadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.dam import DashClient, DashSettings
    from dashmedia.dam.job_models import Job
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.ingest.options import IngestOptions
    from dashmedia.ledger import Ledger, Run
    from dashmedia.rate import RequestTally, SharedRate
    from dashmedia.retry import RetryPolicy


@dataclass(frozen=True)
class DamFolder:
    """The folder that a run fills.

    Attributes:
        destination: as the ledger calls it.
        exists: false when the first upload will make it.
    """

    client: DashClient
    schema: Schema
    destination: str
    exists: bool

    @property
    def path(self) -> str:
        """`/UGC/2026-11`."""
        return dam_folder(self.destination)

    @property
    def name(self) -> str:
        """What people call it."""
        return f"Dash, folder {self.path}"


@dataclass(frozen=True)
class Dam:
    """What brings originals there, for any number of batches at once.

    Attributes:
        writer: None when no metadata is wanted.
        copies: of remote originals, so that each is fetched once; None in a dry run, which sends nothing.
    """

    folder: DamFolder
    uploader: AssetUploader
    writer: MetadataWriter | None
    copies: Copies | None


@contextmanager
def open_folder(
    options: IngestOptions,
    settings: DashSettings,
    *,
    tally: RequestTally,
    retry: RetryPolicy | None,
    refresh_tokens: RefreshTokens | None,
    shared_rate: SharedRate | None = None,
    **times: Any,
) -> Iterator[DamFolder]:
    """Look at the account; `shared_rate` is what all processes together may send, `times` are `sleep` and `clock`.

    Raises:
        ActionNotPermittedError: the token may not make assets.
        SchemaError: the mapping names a field that does not exist, or more than one folder may be meant.
        AuthError: the token is not accepted.
    """
    budget = RateBudget(settings.requests_per_minute, shared=shared_rate, **times)
    with open_dash(settings, tally=tally, budget=budget, retry=retry, refresh_tokens=refresh_tokens, **times) as client:
        require_permissions(client.current_user(), [wire.CREATE_ASSETS])
        schema = Schema.load(client)
        if options.dam_fields is not None:
            options.dam_fields.resolve(schema)
        destination = dam_destination(options.dam_folder or "/", settings.api_url)
        path = dam_folder(destination)
        exists = path == "/" or schema.find_folder(path) is not None
        yield DamFolder(client, schema, destination, exists)


@contextmanager
def open_dam(
    folder: DamFolder,
    options: IngestOptions,
    ledger: Ledger,
    run: Run,
    *,
    tally: RequestTally,
    retry: RetryPolicy | None,
    on_job: Callable[[Job], None] | None,
    on_part: Callable[[int], None],
    **times: Any,
) -> Iterator[Dam]:
    """Everything that fills the folder, closed at the end; `times` are `sleep` and `clock`."""
    with ExitStack() as stack:
        storage = stack.enter_context(closing(Storage(tally=tally, retry=retry, **times)))
        jobs = JobRunner(folder.client, ledger, run, pace=options.pace, on_progress=on_job, **times)
        sending = UploadOptions(files_at_once=options.workers)
        uploader = AssetUploader(
            folder.client, storage, ledger, run, jobs, options=sending, sleep=times["sleep"], on_part=on_part
        )
        stack.enter_context(uploader)
        writer = None
        if options.dam_fields is not None and options.dam_fields.columns:
            # Captions differ from asset to asset, so there may be a job for each, and waiting for jobs costs nothing.
            threads = call_threads(options.workers)
            writer = MetadataWriter(folder.client, jobs, folder.schema, options.dam_fields, threads)
        copies = None if options.dry_run else stack.enter_context(Copies())
        yield Dam(folder, uploader, writer, copies)
