"""What a person chooses for one ingestion, checked before anything starts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashmedia.errors import SettingsError
from dashmedia.ingest.metadata_map import MetadataMap  # noqa: TC001 - pydantic reads it at run time
from dashmedia.jobs.pace import JobPace
from dashmedia.ledger.destinations import folder_names
from dashmedia.limits import SOCIAL_KNOWN_TYPES

#: The parameter types that flows and this model share, so that one bound is written once.
BrandIds = Annotated[tuple[int, ...], Field(title="Brands")]
DamFolder = Annotated[str, Field(title="DAM folder", pattern=r"\S", examples=["/UGC/2026-11"])]
BatchSize = Annotated[int, Field(title="Batch size", ge=1, le=1000)]
Workers = Annotated[int, Field(title="Workers", ge=1, le=64)]
Limit = Annotated[int, Field(title="Limit", ge=1)]
Rights = Literal["require", "owned"]
Patterns = Annotated[tuple[str, ...], Field(title="Patterns", examples=["*.jpg", "2026-*/**"])]
Accept = Annotated[tuple[str, ...], Field(title="Accepted content types", examples=["image/jpeg"])]

#: How batch jobs are waited for unless somebody says otherwise.
DEFAULT_PACE = JobPace()


class IngestOptions(BaseModel):
    """The parameters of `ingest_ugc`; see the flow for what each means to a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str = Field(min_length=1)
    brand_ids: BrandIds = ()
    dam_folder: DamFolder | None = None
    dam_fields: MetadataMap | None = None
    rights: Rights = "require"
    include: Patterns = ()
    exclude: Patterns = ()
    accept: Accept = SOCIAL_KNOWN_TYPES
    limit: Limit | None = None
    batch_size: BatchSize = 100
    workers: Workers = 8
    allow_outside: bool = False
    pace: JobPace = DEFAULT_PACE
    dry_run: bool = False

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
