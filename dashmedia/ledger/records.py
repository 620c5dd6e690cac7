"""What goes into the ledger and what comes out of it. All frozen, all times UTC."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dashmedia.ledger.states import FAILED, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Key(NamedTuple):
    """One content for one destination: what the ledger has one row of."""

    destination: str
    sha256: str


def family_of(run_id: str) -> str:
    """The run that a shard works for, `family/shard`; any other run is its own family."""
    return run_id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one flow in one process. Rows are held by the pair of `id` and `owner`."""

    id: str
    flow: str
    source: str
    owner: str
    started: datetime

    @property
    def of_family(self) -> Run:
        """The run that it works for, to write in its name."""
        return replace(self, id=family_of(self.id))


@dataclass(frozen=True, slots=True)
class NewItem:
    """An accepted original, on its way to one destination.

    Attributes:
        sha256, md5: lower-case hex of the content.
        bytes: size of the content.
        uri, source_row: where this run found it; `source_row` counts from 1 and tells two rows of a manifest with one
            uri apart.
        source_created_at: capture time; None becomes the time of the claim.
        bare_url: where the content is public already, without a signature.
        details: what the remote side does not take and we keep (caption, creator, consent …); JSON values only.
    """

    destination: str
    sha256: str
    md5: str
    bytes: int
    uri: str
    filename: str
    content_type: str
    source_row: int | None = None
    source_created_at: datetime | None = None
    bare_url: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What the ledger finds it by."""
        return Key(self.destination, self.sha256)


@dataclass(frozen=True, slots=True)
class Item:
    """One row. Fields are columns of `dashmedia.ledger.schema.items`, in the same order.

    A failed row keeps the state that it had reached; the next run goes on from there.
    """

    destination: str
    sha256: str
    state: State
    failure_reason: str | None
    failure_retryable: bool | None
    source_id: str
    uri: str
    source_row: int | None
    filename: str
    content_type: str
    bytes: int
    md5: str
    bare_url: str | None
    remote_id: str | None
    source_created_at: datetime
    details: dict[str, Any]
    attempts: int
    run_id: str
    owner: str | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> Key:
        """What the ledger finds it by."""
        return Key(self.destination, self.sha256)

    @property
    def is_quarantined(self) -> bool:
        """It failed in a way that repeating does not mend; no run takes it until a person says so."""
        return self.failure_retryable is False

    def has_lease(self, now: datetime) -> bool:
        """Whether a run holds it at `now`; that run's process may be dead all the same."""
        return self.owner is not None and self.lease_until is not None and self.lease_until > now

    @property
    def shown(self) -> str:
        """The state as people read it: `failed`, or the state itself."""
        return FAILED if self.failure_reason else self.state.value


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to one `NewItem`, with the row as it is now."""

    new: NewItem
    verdict: Verdict
    item: Item


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An upload in parts that is under way.

    Attributes:
        request_key: of the job that makes asset and upload; empty when no job was needed.
        submitted_at: when it was first asked for.
        asset_id, upload_id: None until the service named them.
        part_ends: where each part ends, in bytes from the beginning and exclusive, or a single number: the size of every
            part but the last; None until the service said how it wants the parts.
    """

    request_key: str
    submitted_at: datetime
    asset_id: str | None = None
    upload_id: str | None = None
    part_ends: list[int] | int | None = None


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """One part that the storage holds. `number` counts from 1; `md5` is of the bytes sent, `etag` as answered."""

    key: Key
    upload_id: str
    number: int
    bytes: int
    md5: str
    etag: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Items of other runs that wait for an asset: `held` by a run that may be alive, or `left` behind."""

    held: int
    left: int


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of one row. None leaves what the row has.

    Attributes:
        adopted: the record was found on the remote side, so `created` or `ready` may follow any earlier state.
        bare_url: never with a signature.
        note: for the history.
        upload: what is kept of an upload in parts from this step on.
    """

    key: Key
    state: State
    remote_id: str | None = None
    bare_url: str | None = None
    adopted: bool = False
    note: str | None = None
    upload: OpenUpload | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One row stops. Not `retryable`: it is quarantined. `reason` is for people and holds no token or signed URL."""

    key: Key
    reason: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that a service's storage holds. `bare_url` has no query; `bytes` is the size; `at` is set by the ledger."""

    sha256: str
    bare_url: str
    etag: str
    bytes: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One line of an item's history. `state` is a `State`, or `failed`."""

    at: datetime
    run_id: str
    state: str
    note: str | None
