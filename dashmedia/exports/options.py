"""What a person chooses for exports of download events, checked before anything starts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

from dashmedia.exports.encoding import Format
from dashmedia.forms import DryRun, titled

#: No event is older: the API's own years would take a calendar of thousands of days to look through.
EARLIEST = date(2000, 1, 1)

#: The parameter types that flows and this model share, so that one bound is written once.
Day = Annotated[date, Field(title="A day", ge=EARLIEST, examples=["2026-11-01"])]
FirstDay = Annotated[Day, titled("First day")]
FirstDayOrNone = Annotated[Day | None, titled("First day")]
LastDay = Annotated[Day | None, titled("Last day")]
RecentDays = Annotated[int, titled("Recent days", ge=1, le=366)]
Timezone = Annotated[str, titled("Time zone", min_length=1, examples=["Europe/Berlin", "UTC"])]
Destination = Annotated[str, titled("Destination", min_length=1, examples=["s3://bucket/downloads"])]
Formats = Annotated[tuple[Format, ...], Len(1), titled("Formats")]
Rollups = Annotated[bool, titled("Rollups")]
Enrich = Annotated[bool, titled("Enrich with names")]
PostgresTable = Annotated[str, titled("PostgreSQL table", examples=["downloads", "marketing.downloads"])]
PostgresSecret = Annotated[str, titled("PostgreSQL secret", min_length=1)]
Mode = Annotated[Literal["missing", "failed", "verify", "force"], titled("Mode")]
Parallel = Annotated[int, titled("Parallel days", ge=1, le=32)]
RunAs = Annotated[Literal["here", "deployments"], titled("Run as")]

PARQUET: Formats = (Format.PARQUET,)


class ExportOptions(BaseModel):
    """The parameters of the flows over download events; see the flows for what each means to a person.

    Attributes:
        recent_days: so many days up to yesterday, in the place of `first_day` and `last_day`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    first_day: FirstDayOrNone = None
    last_day: LastDay = None
    recent_days: RecentDays | None = None
    timezone: Timezone = "UTC"
    destination: Destination
    formats: Formats = PARQUET
    mode: Mode = "force"
    parallel: Parallel = 4
    run_as: RunAs = "here"
    rollups: Rollups = True
    enrich: Enrich = True
    dry_run: DryRun = False
