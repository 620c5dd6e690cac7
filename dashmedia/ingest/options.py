"""What a person chooses for one ingestion, checked before anything starts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashmedia.errors import SettingsError
from dashmedia.forms import DryRun, titled
from dashmedia.ingest.batch import BATCH_MAX
from dashmedia.ingest.metadata_map import MetadataMap
from dashmedia.jobs.pace import JobPace
from dashmedia.ledger.destinations import folder_names
from dashmedia.limits import SOCIAL_KNOWN_TYPES
from dashmedia.sources.shard import PATTERN as SHARD_PATTERN
from dashmedia.sources.shard import SHARDS_MAX, Shard

#: The parameter types that flows and this model share, so that one bound is written once.
SourceUrl = Annotated[str, titled("Source", min_length=1, examples=["/srv/ugc", "s3://bucket/ugc/manifest.csv"])]
BrandIds = Annotated[tuple[int, ...], titled("Brands")]
DamFolder = Annotated[
    Annotated[str, Field(title="A folder", pattern=r"\S", examples=["/UGC/2026-11"])] | None, titled("DAM folder")
]
DamFields = Annotated[MetadataMap | None, titled("DAM fields")]
BatchSize = Annotated[int, titled("Batch size", ge=1, le=BATCH_MAX)]
Workers = Annotated[int, titled("Workers", ge=1, le=64)]
Limit = Annotated[Annotated[int, Field(title="A number", ge=1)] | None, titled("Limit")]
Rights = Annotated[Literal["require", "owned"], titled("Rights")]
Patterns = tuple[str, ...]
Include = Annotated[Patterns, titled("Include", examples=["*.jpg", "2026-*/**"])]
Exclude = Annotated[Patterns, titled("Exclude", examples=["*.tmp"])]
Accept = Annotated[tuple[str, ...], titled("Accept content types", examples=["image/jpeg"])]
RunAs = Annotated[Literal["here", "deployments"], titled("Where it runs")]
Shards = Annotated[int, titled("Shards", ge=1, le=SHARDS_MAX)]
ShardOf = Annotated[
    Annotated[str, Field(title="A shard", pattern=SHARD_PATTERN)] | None, titled("One shard", examples=["2/4"])
]
AllowOutside = Annotated[bool, titled("Allow files outside")]
Pace = Annotated[JobPace, titled("Pace of waiting")]

#: How batch jobs are waited for unless somebody says otherwise.
DEFAULT_PACE = JobPace()


class IngestOptions(BaseModel):
    """The parameters of `ingest_ugc`; see the flow for what each means to a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: SourceUrl
    brand_ids: BrandIds = ()
    dam_folder: DamFolder = None
    dam_fields: DamFields = None
    rights: Rights = "require"
    include: Include = ()
    exclude: Exclude = ()
    accept: Accept = SOCIAL_KNOWN_TYPES
    limit: Limit = None
    batch_size: BatchSize = 100
    workers: Workers = 8
    allow_outside: AllowOutside = False
    pace: Pace = DEFAULT_PACE
    run_as: RunAs = "here"
    shards: Shards = 2
    shard: ShardOf = None
    dry_run: DryRun = False

    @model_validator(mode="after")
    def _has_a_destination(self) -> Self:
        """SettingsError and no ValueError: its sentence is for the person who pressed Run."""
        if not self.brand_ids and self.dam_folder is None:
            raise SettingsError(
                "The run has no destination. Choose brands (brand_ids), a folder of the DAM (dam_folder), or both."
            )
        if self.dam_fields is not None and self.dam_folder is None:
            raise SettingsError(
                "dam_fields is set and dam_folder is not: name the folder whose assets get the metadata."
            )
        if self.dam_folder is not None:
            folder_names(self.dam_folder)
        return self

    @model_validator(mode="after")
    def _is_shared_out_once(self) -> Self:
        if self.shard is not None:
            Shard.parse(self.shard)
            if self.run_as == "deployments":
                raise SettingsError(
                    f"The run is shard {self.shard} of another one and cannot be shared out again. Leave shard empty, or run it here."
                )
        return self
