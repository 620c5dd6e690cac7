"""What the program knows of Dash Social, strict and frozen. Members are named as the API names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from dashmedia.social import wire


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC; a naive time is UTC already (real answers are naive)."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        message = "outside the years 1 to 9999"
        raise ValueError(message) from error


UtcTime = Annotated[datetime, AfterValidator(as_utc)]


@dataclass(frozen=True)
class UploadUrl:
    """Where to put the bytes of one original.

    Attributes:
        signed: with its query, which is a permission and so is kept out of `repr`.
        bare: without it; this is what `create_media` is told, for any number of brands.
    """

    signed: str = field(repr=False)
    bare: str

    @classmethod
    def of(cls, url: str) -> UploadUrl:
        """Both forms of a URL as it was issued."""
        return cls(signed=url, bare=url.partition("#")[0].partition("?")[0])


class _Model(BaseModel):
    # An answer may have a signed URL in any place, and pydantic quotes what it did not like.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Identity(_Model):
    """Whose token it is, and which brands it may see. `brand_names` may lack some of them."""

    accessible_brands: frozenset[int]
    brand_names: dict[int, str]
    organization_id: int | None = None


class NewMedia(_Model):
    """A media record to create. `source_created_at` without a zone is UTC."""

    source_id: str
    url: str
    filename: str
    source_created_at: UtcTime


class Media(_Model):
    """One record of a brand's library. Everything but `id` and `brand_id` may be None.

    Attributes:
        source_id: the client's own id, unchanged.
        brand_media_status: the service's word; only `PROCESSED` is documented.
        source_created_at: what we said at create; UTC. Listings filter and sort by it.
        type: `IMAGE` or `VIDEO`, found by the service.
        original_url: where the service keeps its copy.
        original_bytes: size of that copy.
    """

    id: int
    brand_id: int
    source_id: str | None = None
    brand_media_status: str | None = None
    source_created_at: UtcTime | None = None
    type: str | None = None
    filename: str | None = None
    original_url: str | None = None
    original_bytes: int | None = None

    @property
    def status(self) -> str:
        """`brand_media_status` in upper case; empty when there is none."""
        return (self.brand_media_status or "").strip().upper()

    @property
    def is_ready(self) -> bool:
        """The service says that processing is done."""
        return self.status == wire.STATUS_READY

    @property
    def has_failed(self) -> bool:
        """The service says that processing ended without a result."""
        return self.status in wire.STATUSES_FAILED


@dataclass(frozen=True)
class Page:
    """One page of a listing: its records, the total over all pages when told, and whether it says to be the last."""

    records: list[Media]
    total: int | None
    is_last: bool
