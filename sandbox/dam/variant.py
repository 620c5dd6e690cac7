"""Which reading of Dash's contract is served; `contract/README.md` lists them, the first of each is the decision."""

# Pydantic reads these annotations at run time, so they are not postponed.
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ErrorShape = Literal["documented", "problem", "html", "empty"]
End = Literal["inclusive", "exclusive"]


class Variant(BaseModel):
    """Every choice the documentation leaves open, and what can be wrong with a search for download events.

    Attributes:
        dam_errors: body of every refusal.
        expires_in: life of an access token in seconds, announced and real; null: one hour that is not announced.
        refresh_rotation: whether a refresh gives a new refresh token and ends the old one.
        envelope: whether rows of a search are `{result, permittedActions}` or the bare resource.
        option_parents: whether field options found by a search carry the branch above them.
        search_cap: rows that paging reaches.
        largest_page: rows of the largest page that is not refused.
        range_start, range_end: whether an event dated exactly at that end of a range belongs to it.
        event_id, event_date: what these members are called.
        event_references: `assetId: "…"`, `asset: {"id": "…"}` or `assetId: {"id": "…"}`; the same for file, user and portal.
        event_nulls: whether `userId` and `portalId` of nobody are null or not there.
        bucket_shape: `{"buckets": [{"value", "count"}]}`, `[{"key", "docCount"}]` or `{value: count}`.
        empty_buckets: whether a histogram names buckets of nothing between its first and its last.
        event_order: `shuffled` within each page; `unstable_ties` gives events of one time in another order each time;
            `ignored` gives all rows in an order of their own.
        event_pages: `short` gives half of a page; `repeating` one row more, the one before it; `doubled` the page before;
            `stale` every second time the rows of the search before, whatever it was for.
        event_total: `growing` and `shrinking` by one with each search; `flickering` is one too many every second time.
        event_flaw: what is wrong with the middle row of each page.
        lost_in_buckets: events missing in the largest bucket of each aggregation.
        arriving: events that happen after each search; `arriving_where` after the latest one, or among the searched.
        bent_searches: searches after which pages, totals, flaws, buckets and arrivals are right again; null: never.
    """

    model_config = ConfigDict(extra="forbid")

    dam_errors: ErrorShape = "documented"
    expires_in: int | None = Field(30 * 24 * 3600, ge=0)
    refresh_rotation: bool = False
    envelope: Literal["result", "bare"] = "result"
    option_parents: Literal["branch", "null"] = "branch"
    search_cap: int = Field(10_000, ge=1)
    largest_page: int = Field(1_000, ge=1)
    range_start: End = "inclusive"
    range_end: End = "inclusive"
    event_id: Literal["id", "eventId"] = "id"
    event_date: Literal["date", "dateDownloaded", "timestamp"] = "date"
    event_references: Literal["id", "object", "id_object"] = "id"
    event_nulls: Literal["null", "absent"] = "null"
    bucket_shape: Literal["buckets", "list", "map"] = "buckets"
    empty_buckets: Literal["left_out", "zero"] = "left_out"
    event_order: Literal["asked", "shuffled", "unstable_ties", "ignored"] = "asked"
    event_pages: Literal["whole", "short", "repeating", "doubled", "stale"] = "whole"
    event_total: Literal["right", "growing", "shrinking", "flickering"] = "right"
    event_flaw: Literal["none", "without_id", "without_date", "outside_window"] = "none"
    lost_in_buckets: int = Field(0, ge=0)
    arriving: int = Field(0, ge=0)
    arriving_where: Literal["latest", "searched"] = "latest"
    bent_searches: int | None = Field(None, ge=0)

    def straight(self) -> "Variant":
        """The same, with nothing bent any more."""
        bends = ("event_pages", "event_total", "event_flaw", "lost_in_buckets", "arriving")
        return self.model_copy(update={name: type(self).model_fields[name].default for name in bends})
