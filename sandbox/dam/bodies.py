"""What clients may send, parsed at the edge."""

# Pydantic reads these annotations at run time, so they are not postponed.
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from sandbox.dam.criteria import Asked, FieldRef

#: Contract, section 8.1; complete.
Action = Literal[
    "SEARCH_FOR_CHANGE_LIFECYCLE_STATE_TO_PENDING_APPROVAL",
    "SEARCH_FOR_CHANGE_LIFECYCLE_STATE_TO_LIVE",
    "SEARCH_FOR_CHANGE_LIFECYCLE_STATE_TO_BINNED",
    "SEARCH_FOR_DELETE",
    "SEARCH_FOR_EDIT",
    "SEARCH_FOR_PROMOTE_TO_LIVE",
    "SEARCH_FOR_SEND_FOR_APPROVAL",
    "SEARCH_FOR_VIEW",
]


#: Levels of one order.
MOST_SORTS = 50


class Sort(BaseModel):
    """One level of an order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: FieldRef
    order: Literal["ASC", "DESC"]


class Search(BaseModel):
    """A paged search; all four members are required, `sorts` may be empty."""

    start: StrictInt = Field(alias="from", ge=0)
    size: StrictInt = Field(alias="pageSize", ge=0)
    criterion: Asked
    sorts: list[Sort] = Field(max_length=MOST_SORTS)


class UserSearch(Search):
    """Users alone may be searched without `sorts`."""

    sorts: list[Sort] = Field([], max_length=MOST_SORTS)


class AssetSearch(Search):
    """Assets; with an action, only those on which the caller may do that."""

    action: Action | None = None


class ScrollSearch(BaseModel):
    """The beginning of a walk over assets; how many a page has may be left out."""

    model_config = ConfigDict(extra="forbid")
    size: StrictInt = Field(100, alias="pageSize", ge=1)
    criterion: Asked
    sorts: list[Sort] = Field(max_length=MOST_SORTS)
    action: Action | None = None


class ScrollOn(BaseModel):
    """The next page of a walk: nothing but its id."""

    model_config = ConfigDict(extra="forbid")
    scroll_id: str = Field(alias="scrollId")


class Terms(BaseModel):
    """Count by value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["TERMS"]
    field: FieldRef


class DateHistogram(BaseModel):
    """Count by stretch of time, in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["DATE_HISTOGRAM"]
    field: FieldRef
    interval: Literal["MONTH", "DAY", "HOUR"]


class EventSearch(Search):
    """Download events; aggregations are named by the caller."""

    aggregations: dict[str, Terms | DateHistogram] = {}


class Refresh(BaseModel):
    """`POST /oauth/token`, JSON or form; members of other grants are ignored."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""

    @classmethod
    def of(cls, members: dict[str, Any]) -> "Refresh":
        """From a parsed body; a member that is no text counts as missing."""
        return cls(**{name: value for name, value in members.items() if isinstance(value, str)})
