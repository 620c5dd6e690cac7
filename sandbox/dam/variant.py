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
        job_polls: how often a new job is asked for until it ends; 0: it has ended when its POST is answered.
        job_end: how new jobs end; `stuck`: never.
        job_share: share of a new job's items, from the first on, that are tried at all before it ends so or is stuck.
        job_word: `type` of a complete job; null: it has none. Any other word than the usual ones is an unknown one.
        job_dated: whether a complete job has its `dateCompleted`.
        job_running_word: `type` of a job that runs.
        job_failed_word: `type` of a job that failed.
        job_failed_tells: whether a failed job has a `result` with what it did before.
        job_steps: `{"name", "total", "completed"}`, other members, plain text, no steps, or no `progress` at all.
        job_result: whether `successes` and `failures` are within `result` or beside it.
        job_entries: maps of `{key: {"result": …}}`, of `{key: …}`, or lists of `{"batchItemId": key, "result": …}`.
        job_failures: `{"message"}`, the message alone, `{"error"}`, or `{"code", "message"}`.
        job_failing_keys: items of new jobs that fail, by their key.
        job_failing_every: each so-many-th item of a new job fails; null: none.
        bent_jobs: new jobs after which others end well, with all items, after as many polls; null: never.
        bent_jobs_of: last part of the URL of the only jobs that are bent, `asset-upload-batch-jobs`; null: all are.
        wrong_state: an asset that a transition does not fit is a failure of the job, or passed over without a word.
        scroll_id: whether every page of a scroll search has the same `scrollId` or a new one, which ends the last.
        scroll_pages: pages after which a scroll search is forgotten; null: never.
        upload_id: what an upload calls its own id; `upload_asset_id`: whether it names its asset too.
        upload_parts, part_url: what it calls its parts, and a part its URL.
        part_range: `startByte` and `endByte`, `byteRange: {"start", "end"}`, or nothing; both ends belong to the range.
        part_bytes: size of the parts of new uploads, whatever was asked for and whatever the rules are; null: as asked.
        part_storage: where URLs of parts point: `direct` at the S3 server, `front` at the storage front. What only the
            front can do brings it in by itself.
        part_etag: MD5 of the bytes, 32 other hex digits, or something else; `part_etag_quotes`: whether within quotes.
        part_url_expires_s: life of such a URL in seconds; 0 is expired at once.
        part_url_uses: PUTs that all URLs of one answer take together before they are expired; null: any number.
        completion_again: whether a second completion is taken as the first one was, or refused.
        completion_checks: whether the bytes are compared with the ETags, or their number alone; then there is no checksum.
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
    upload_id: Literal["id", "uploadId"] = "id"
    upload_asset_id: bool = True
    upload_parts: Literal["parts", "assetUploadParts", "partUrls"] = "parts"
    part_url: Literal["url", "uploadUrl"] = "url"
    part_range: Literal["bytes", "byteRange", "none"] = "bytes"
    part_bytes: int | None = Field(None, ge=1)
    part_storage: Literal["direct", "front"] = "direct"
    part_etag: Literal["md5", "other_hex", "not_hex"] = "md5"
    part_etag_quotes: bool = True
    part_url_expires_s: int = Field(3600, ge=0)
    part_url_uses: int | None = Field(None, ge=0)
    completion_again: Literal["accepted", "refused"] = "accepted"
    completion_checks: Literal["bytes", "sizes"] = "bytes"
    job_polls: int = Field(2, ge=0)
    job_end: Literal["complete", "failed", "stuck"] = "complete"
    job_share: float = Field(1, ge=0, le=1)
    job_word: str | None = "COMPLETE"
    job_dated: bool = True
    job_running_word: str = "IN_PROGRESS"
    job_failed_word: str = "FAILED"
    job_failed_tells: bool = True
    job_steps: Literal["named", "other", "text", "empty", "missing"] = "named"
    job_result: Literal["inside", "top_level"] = "inside"
    job_entries: Literal["wrapped", "bare", "list"] = "wrapped"
    job_failures: Literal["message", "string", "error", "code"] = "message"
    job_failing_keys: list[str] = []
    job_failing_every: int | None = Field(None, ge=1)
    bent_jobs: int | None = Field(None, ge=0)
    bent_jobs_of: str | None = None
    wrong_state: Literal["failure", "skipped"] = "failure"
    scroll_id: Literal["constant", "changing"] = "constant"
    scroll_pages: int | None = Field(None, ge=1)

    def straight(self) -> "Variant":
        """The same, with nothing bent any more."""
        return self._without("event_pages", "event_total", "event_flaw", "lost_in_buckets", "arriving")

    def straight_jobs(self) -> "Variant":
        """The same, with jobs that end well."""
        return self._without("job_end", "job_share", "job_failing_keys", "job_failing_every")

    def _without(self, *bends: str) -> "Variant":
        return self.model_copy(update={name: type(self).model_fields[name].default for name in bends})
