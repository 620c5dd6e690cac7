"""What an upload works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from dashmedia.dam.job_models import JobKind
from dashmedia.errors import (
    AuthError,
    ChecksumMismatchError,
    JobFailedError,
    JobOverdueError,
    OrphansUnclearError,
    ProcessingOverdueError,
    SourceChangedError,
    TakenOverError,
    TransientError,
    UploadUrlExpiredError,
    UserError,
)
from dashmedia.ledger.destinations import dam_folder, versioned_asset
from dashmedia.uploads.plan import PartPlan

if TYPE_CHECKING:
    from dashmedia.errors import DashMediaError
    from dashmedia.gate import Checked
    from dashmedia.ledger import Item, OpenUpload, State

#: Errors of the moment, which a later run may get past.
RETRYABLE = (
    TransientError, ChecksumMismatchError, JobFailedError, JobOverdueError, OrphansUnclearError, ProcessingOverdueError,
    SourceChangedError, TakenOverError, UploadUrlExpiredError,
)  # fmt: skip

#: Errors that every further delivery would meet too, so the run ends with them.
FATAL = (AuthError, UserError)


class Delivery(Protocol):
    """One content on its way to one folder, or to one existing asset, of the DAM; `ingest.batch.Delivery` is one.

    Attributes:
        checked: the content. Its bytes are ours to send, so it is at no public address.
        item: the ledger's row as this run last wrote it.
    """

    checked: Checked
    item: Item

    @property
    def is_open(self) -> bool:
        """Whether this run still has something to do for it."""

    def moved(self, state: State, *, bare_url: str | None = None, remote_id: str | None = None) -> None:
        """Follow the ledger to `state`."""

    def set_aside(self, reason: str, *, retryable: bool) -> None:
        """Stop working on it in this run."""


@dataclass(slots=True)
class Opened:
    """A delivery whose asset exists.

    Attributes:
        upload: as the ledger has it; without `upload_id` an upload must be begun for the asset.
        urls: where parts go, as far as known.
    """

    delivery: Delivery
    upload: OpenUpload
    urls: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def plan(self) -> PartPlan:
        """How the service wants the parts; only of an upload that was begun."""
        return PartPlan.of_kept(self.delivery.item.bytes, self.upload.part_ends or self.delivery.item.bytes)


def folder_of(delivery: Delivery) -> str:
    """The folder it goes to."""
    return dam_folder(delivery.item.destination)


def versioned(delivery: Delivery) -> str | None:
    """The existing asset it is a new version of; None when it becomes an asset of its own."""
    return versioned_asset(delivery.item.destination)


def kind_of(delivery: Delivery) -> JobKind:
    """The job that makes its upload."""
    return JobKind.ASSET_AND_UPLOAD if versioned(delivery) is None else JobKind.ASSET_UPLOAD


def is_retryable(error: DashMediaError) -> bool:
    """Whether a later run may get past it without anybody mending something."""
    return isinstance(error, RETRYABLE)
