"""Which reading of the contract is served; `contract/README.md` lists them, the first of each is the decision."""

# Pydantic reads these annotations at run time, so they are not postponed.
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Variant(BaseModel):
    """Every choice the documentation leaves open.

    Attributes:
        upload_url: how `media_upload_url` answers: the member that holds the URL, or a bare JSON string.
        upload_url_in_data: that object nested under `data`.
        url_expires_s: life of an upload URL in seconds; 0 is expired at once.
        put_mode: whether the storage takes the signed URL, or the bare one as the guide says literally.
        storage: where upload URLs point: `direct` at the S3 server, `front` at the storage front.
        create_status, create_shape: how a create is answered.
        duplicates: what a second create with one `source_id` does.
        meta_as: `meta` in answers.
        timestamps: with or without `Z`.
        media_files: whether `image`/`video` is there.
        errors: which of the two error bodies.
        pending_status, done_status, failed_status: the words of `brand_media_status`.
        outcome: how processing ends; `by_bytes` fails what is neither an image nor an MP4.
        process_after_looks: looks after which a media is processed; null: looks do not matter.
        process_after_ms: time after which it is; null: time does not matter, only looks.
        list_pages: how pages change while one reads them.
        list_end: whether the last day of a date filter belongs to it.
    """

    model_config = ConfigDict(extra="forbid")

    upload_url: Literal["url", "string", "upload_url", "signed_url", "presigned_url", "media_upload_url", "s3_url"] = (
        "url"
    )
    upload_url_in_data: bool = False
    url_expires_s: int = Field(3600, ge=0)
    put_mode: Literal["signed", "bare"] = "signed"
    storage: Literal["direct", "front"] = "direct"
    create_status: Literal[200, 201] = 201
    create_shape: Literal["media", "data", "media_nested", "no_id", "empty"] = "media"
    duplicates: Literal["refuse", "upsert", "second"] = "refuse"
    meta_as: Literal["object", "string"] = "object"
    timestamps: Literal["naive", "aware"] = "naive"
    media_files: Literal["present", "absent"] = "present"
    errors: Literal["description", "code"] = "description"
    pending_status: str = "PROCESSING"
    done_status: str = "PROCESSED"
    failed_status: str = "FAILED"
    outcome: Literal["by_bytes", "done", "failed"] = "by_bytes"
    process_after_looks: int | None = Field(1, ge=0)
    process_after_ms: float | None = Field(300, ge=0)
    list_pages: Literal["steady", "repeating", "shifting", "growing", "shrinking"] = "steady"
    list_end: Literal["inclusive", "exclusive"] = "inclusive"
