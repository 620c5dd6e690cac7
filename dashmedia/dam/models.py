"""What the program knows of Dash, strict and frozen. Members are named as the API names them.

A download event is `dashmedia.exports.search.DownloadEvent`: there are a million of them, so it is a plain tuple.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.exports.search import DownloadEvent

R = TypeVar("R")


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC; a naive time is UTC already."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        message = "outside the years 1 to 9999"
        raise ValueError(message) from error


UtcTime = Annotated[datetime, AfterValidator(as_utc)]


class _Model(BaseModel):
    # An answer may have a signed URL in any place, and pydantic quotes what it did not like.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PermittedAction(_Model):
    """Something the caller may do. `resource_id` is None when it is allowed for the whole type."""

    resource_type: str
    action: str
    resource_id: str | None = None


class User(_Model):
    """Somebody with a login. The id is the identity provider's, such as `auth0|65f0`."""

    id: str
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    type: str | None = None

    @property
    def display_name(self) -> str:
        """The name, else first and last name, else the e-mail address, else the id."""
        parts = " ".join(part for part in (self.first_name, self.last_name) if part)
        return self.name or parts or self.email or self.id


class CurrentUser(_Model):
    """Whose token it is, and what it may do.

    Attributes:
        permitted_actions: those of the account as a whole; None when the service does not tell.
    """

    user: User
    permitted_actions: frozenset[PermittedAction] | None = None

    def may(self, resource_type: str, action: str, resource_id: str | None = None) -> bool:
        """Whether it is allowed, for the whole type or for that resource. True as well when the service tells nothing."""
        if self.permitted_actions is None:
            return True
        wanted = {
            PermittedAction(resource_type=resource_type, action=action, resource_id=one) for one in (None, resource_id)
        }
        return not wanted.isdisjoint(self.permitted_actions)


class AssetFile(_Model):
    """The file of an asset. `checksum` is the MD5 of the original in hex, `size` is in bytes."""

    id: str | None = None
    filename: str | None = None
    file_type: str | None = None
    size: int | None = None
    checksum: str | None = None
    date_added: UtcTime | None = None


class LifecycleStatus(_Model):
    """Where an asset stands; a date is None if it never was there.

    Attributes:
        unreadable: dates that the service told in a way that makes no sense; they are None. Who needs one must not take
            it for "never": one such asset is no reason to lose the other 999 of its page.
    """

    state: str
    staged_by: str | None = None
    date_staged: UtcTime | None = None
    date_pending_approval: UtcTime | None = None
    date_live: UtcTime | None = None
    unreadable: tuple[str, ...] = ()


class Asset(_Model):
    """One asset.

    Attributes:
        current_asset_file: None when nothing was uploaded yet.
        values: metadata by field id: text, or option ids where the field has fixed options; of a hierarchical field the
            whole branch.
    """

    id: str
    lifecycle_status: LifecycleStatus
    date_last_modified: UtcTime | None = None
    current_asset_file: AssetFile | None = None
    values: dict[str, tuple[str, ...]] = {}


class Field(_Model):
    """A field of the account. `indestructible` is true of the folders, which nobody can delete."""

    id: str
    name: str
    data_type: str | None = None
    multi_value: bool = False
    has_fixed_options: bool = False
    hierarchical: bool = False
    edit_control: str | None = None
    indestructible: bool = False


class FieldOption(_Model):
    """One value of a field with fixed options.

    Attributes:
        assignable: whether the caller may give it to assets; None when the service does not tell.
        parent: the branch above it, as far as the service told it.
    """

    id: str
    value: str
    field_id: str | None = None
    position: int | None = None
    leaf: bool | None = None
    number_of_children: int | None = None
    assignable: bool | None = None
    parent: FieldOption | None = None

    @property
    def branch(self) -> tuple[FieldOption, ...]:
        """From the root down to itself."""
        found: list[FieldOption] = []
        option: FieldOption | None = self
        while option is not None:
            found.append(option)
            option = option.parent
        return tuple(reversed(found))

    @property
    def path(self) -> FolderPath:
        """Its values from the root down."""
        return FolderPath(tuple(option.value for option in self.branch))


@dataclass(frozen=True, slots=True, order=True)
class FolderPath:
    """Names of folders, from the root down; a name may hold a slash itself."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "/" + "/".join(self.names)


class Portal(_Model):
    """A public page of assets."""

    id: str
    name: str
    current_slug: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows of one page, and how many there are in all."""

    total: int
    records: Sequence[R]


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """Rows of one page of download events, how many there are in all, and buckets by aggregation and value."""

    total: int
    events: list[DownloadEvent]
    aggregations: dict[str, dict[str, int]]
