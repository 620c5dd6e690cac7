"""What clients may send, parsed at the edge. All six members of a create are required: the guide lists six."""

# Pydantic reads these annotations at run time, so they are not postponed.
import json
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictInt

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


def _as_object(meta: Any) -> Any:
    """`meta` may come as an object or as that object written in a JSON string."""
    try:
        read = json.loads(meta) if isinstance(meta, str) else meta
        # It goes out again with every answer: no NaN, and no half of a character.
        json.dumps(read, allow_nan=False, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return read


def _as_utc(moment: datetime) -> datetime:
    """UTC without a zone, in whole seconds; a naive input is UTC already."""
    try:
        utc = moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("it is outside the years 1 to 9999") from error
    return utc.replace(tzinfo=None, microsecond=0)


def _as_url(url: str) -> str:
    """As it is."""
    urlsplit(url)
    return url


def _written(moment: Any) -> Any:
    """As it is; pydantic would take a number, also a written one, for seconds since 1970."""
    if isinstance(moment, (int, float)) or (isinstance(moment, str) and _NUMBER.fullmatch(moment.strip())):
        raise ValueError("it is a number, expected it as in ISO 8601")
    return moment


class NewUpload(BaseModel):
    """Body of `POST /media_upload_url`."""

    filename: str = Field(min_length=1, max_length=1024)
    content_type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$")


class NewMedia(BaseModel):
    """Body of `POST /brands/{brand_id}/media`."""

    source: Literal["UPLOAD"]
    source_id: str = Field(min_length=1, max_length=255)
    type: Literal["UPLOADED"]
    url: Annotated[str, AfterValidator(_as_url)] = Field(pattern=r"^https?://[^\s/]+/\S+$", max_length=4096)
    meta: Annotated[dict[str, Any], BeforeValidator(_as_object)]
    source_created_at: Annotated[datetime, BeforeValidator(_written), AfterValidator(_as_utc)]


class Days(BaseModel):
    """A date filter, each end optional."""

    start: Annotated[date, BeforeValidator(_written)] | None = None
    end: Annotated[date, BeforeValidator(_written)] | None = None


class Filters(BaseModel):
    """The filters that mean something here; others are ignored, as the service is thought to do."""

    brand_media_types: list[str] | None = None
    source_created_at: Days = Days()


class ListQuery(BaseModel):
    """Body of `PUT /brands/{brand_id}/media/v2`."""

    #: The service recommends 99 and its maximum is unknown, so more is refused here.
    limit: StrictInt = Field(25, ge=1, le=99)
    #: As far as SQLite counts.
    offset: StrictInt = Field(0, ge=0, le=2**63 - 1)
    filters: Filters = Filters()
