"""Where download events come from. Recipes are what is kept: played again, they give the same events."""

# Pydantic reads these annotations at run time, so they are not postponed.
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

#: More would not fit into memory beside everything else of a small machine: an event takes 40 bytes, for a moment 200.
MOST_EVENTS = 20_000_000


class Recipe(BaseModel):
    """Misspelt members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(Recipe):
    """Events over whole days of UTC, with a rhythm of weeks and hours.

    Attributes:
        seed: of all draws.
        count: events in all.
        last_day, days: where they lie.
        day_share: share of them that falls on the middle day, apart from that day's own rhythm.
        second_count: events within one second of that day.
        millisecond_count: events within one millisecond of the day after, spread over all user and download types.
    """

    kind: Literal["spread"] = "spread"
    seed: int = 1
    count: int = Field(ge=0, le=MOST_EVENTS)
    last_day: date
    days: int = Field(ge=1, le=5000)
    day_share: float = Field(0, ge=0, le=1)
    second_count: int = Field(0, ge=0)
    millisecond_count: int = Field(0, ge=0)

    @property
    def first_day(self) -> date:
        """The day with which they begin."""
        return self.last_day - timedelta(days=self.days - 1)


class Between(Recipe):
    """Events between two times, both included, in milliseconds since 1970."""

    kind: Literal["between"] = "between"
    seed: int
    count: int = Field(ge=0, le=MOST_EVENTS)
    since_ms: int
    until_ms: int


class NewEvent(Recipe):
    """One event as somebody wants it; finer than a millisecond is cut off."""

    date: AwareDatetime
    asset_id: str | None = Field(None, alias="assetId")
    asset_file_id: str | None = Field(None, alias="assetFileId")
    user_id: str | None = Field(None, alias="userId")
    user_type: str | None = Field("USER", alias="userType")
    portal_id: str | None = Field(None, alias="portalId")
    download_type: str | None = Field("ORIGINAL", alias="downloadType")


class Given(Recipe):
    """Exactly these events."""

    kind: Literal["given"] = "given"
    events: list[NewEvent]


AnyRecipe = Annotated[Spread | Between | Given, Field(discriminator="kind")]
RECIPES: TypeAdapter[Spread | Between | Given] = TypeAdapter(AnyRecipe)
