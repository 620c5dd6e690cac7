"""What a person chooses for one ingestion, checked before anything starts."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field

from dashmedia.limits import SOCIAL_KNOWN_TYPES

#: The parameter types that flows and this model share, so that one bound is written once.
BrandIds = Annotated[
    list[int], Len(1), Field(title="Brands", description="Ids of the Dash Social brands that get every original.")
]
BatchSize = Annotated[int, Field(title="Batch size", ge=1, le=1000)]
Workers = Annotated[int, Field(title="Workers", ge=1, le=64)]
Limit = Annotated[int, Field(title="Limit", ge=1)]
Rights = Literal["require", "owned"]
Patterns = Annotated[tuple[str, ...], Field(title="Patterns", examples=["*.jpg", "2026-*/**"])]
Accept = Annotated[tuple[str, ...], Field(title="Accepted content types", examples=["image/jpeg"])]


class IngestOptions(BaseModel):
    """The parameters of `ingest_ugc`; see the flow for what each means to a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str = Field(min_length=1)
    brand_ids: BrandIds
    rights: Rights = "require"
    include: Patterns = ()
    exclude: Patterns = ()
    accept: Accept = SOCIAL_KNOWN_TYPES
    limit: Limit | None = None
    batch_size: BatchSize = 100
    workers: Workers = 8
    allow_outside: bool = False
    dry_run: bool = False
