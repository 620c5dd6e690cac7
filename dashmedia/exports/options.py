"""What a person chooses for exports of download events, checked before anything starts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

from dashmedia.exports.encoding import Format

#: No event is older: the API's own years would take a calendar of thousands of days to look through.
EARLIEST = date(2000, 1, 1)

#: The parameter types that flows and this model share, so that one bound is written once.
FirstDay = Annotated[date, Field(title="First day", ge=EARLIEST, examples=["2026-11-01"])]
LastDay = Annotated[date, Field(title="Last day", ge=EARLIEST, examples=["2026-11-30"])]
RecentDays = Annotated[int, Field(title="Recent days", ge=1, le=366)]
Timezone = Annotated[str, Field(title="Time zone", min_length=1, examples=["Europe/Berlin", "UTC"])]
Destination = Annotated[str, Field(title="Destination", min_length=1, examples=["s3://bucket/downloads"])]
Formats = Annotated[tuple[Format, ...], Len(1), Field(title="Formats")]
PostgresTable = Annotated[str, Field(title="PostgreSQL table", examples=["downloads", "marketing.downloads"])]
PostgresSecret = Annotated[str, Field(title="Secret block of PostgreSQL", min_length=1)]
Mode = Literal["missing", "failed", "verify", "force"]
Parallel = Annotated[int, Field(title="Days at once", ge=1, le=32)]
RunAs = Literal["here", "deployments"]

PARQUET: Formats = (Format.PARQUET,)


class ExportOptions(BaseModel):
    """The parameters of the flows over download events; see the flows for what each means to a person.

    Attributes:
        recent_days: so many days up to yesterday, in the place of `first_day` and `last_day`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    first_day: FirstDay | None = None
    last_day: LastDay | None = None
    recent_days: RecentDays | None = None
    timezone: Timezone = "UTC"
    destination: Destination
    formats: Formats = PARQUET
    mode: Mode = "force"
    parallel: Parallel = 4
    run_as: RunAs = "here"
    rollups: bool = True
    enrich: bool = True
    dry_run: bool = False
