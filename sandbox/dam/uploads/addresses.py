"""Signed URLs of parts, and how an upload that carries them looks in every variant of the contract."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sandbox.dam.uploads import plan
from sandbox.dam.uploads.parts import PartFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.uploads.bodies import PartUrlsRequest
    from sandbox.dam.uploads.rows import UploadRow, UploadTables
    from sandbox.dam.variant import Variant
    from sandbox.s3 import Bucket

    Answer = dict[str, Any]

#: Query member that names the issue a URL belongs to; it is signed like the rest, and the S3 server passes it over.
ISSUE = "issue"


class Addresses:
    """Issues URLs.

    Args:
        tables: count the issues.
        bucket: where parts are put.
        variant: the reading that holds now.

    Attributes:
        front_is_needed: whether URLs have to point at the storage front, whatever the variant says.
    """

    def __init__(self, tables: UploadTables, bucket: Bucket, variant: Callable[[], Variant]) -> None:
        self.tables = tables
        self.bucket = bucket
        self.variant = variant
        self.front_is_needed: Callable[[], bool] = lambda: False

    def issue(self, row: UploadRow, wanted: PartUrlsRequest | None, expires_s: int | None = None) -> Answer:
        """The upload as clients see it, with fresh URLs of all its parts or of those that are wanted.

        Raises:
            ItemRefusedError: a wanted part is none of this upload's.
        """
        variant = self.variant()
        chosen = _chosen(plan.parts(row.size, row.part_bytes), wanted)
        issue = self.tables.next_issue(row.id)
        life_s = variant.part_url_expires_s if expires_s is None else expires_s
        is_front = _needs_front(variant, life_s) or self.front_is_needed()
        shown = []
        for part, md5 in chosen:
            key = PartFiles.key(row.id, part.number)
            url = self.bucket.presign_part(key, md5=md5, expires_s=life_s, front=is_front, query=f"{ISSUE}={issue}")
            shown.append(_part(part, url, variant))
        asset = {"assetId": row.asset_id} if variant.upload_asset_id else {}
        return {variant.upload_id: row.id, **asset, variant.upload_parts: shown}


def _needs_front(variant: Variant, life_s: int) -> bool:
    """Whether the S3 server by itself would do something else than the variant says, or say it in other words."""
    usual = type(variant).model_fields["part_url_expires_s"].default
    is_usual = variant.part_url_uses is None and variant.part_etag == "md5" and variant.part_etag_quotes
    return variant.part_storage == "front" or not is_usual or life_s != usual


def _chosen(parts: list[plan.Part], wanted: PartUrlsRequest | None) -> list[tuple[plan.Part, str | None]]:
    """The parts that get URLs, each with the MD5 in hex that its bytes have to have, if one was told."""
    if wanted is None:
        return [(part, None) for part in parts]
    numbers = (one.part_number for one in wanted.url_requests)
    md5s = (one.content_md5 for one in wanted.url_requests)
    return list(zip(plan.chosen(parts, numbers), md5s, strict=True))


def _part(part: plan.Part, url: str, variant: Variant) -> Answer:
    shown: Answer = {"partNumber": part.number, variant.part_url: url}
    match variant.part_range:
        case "bytes":
            return shown | {"startByte": part.start, "endByte": part.end}
        case "byteRange":
            return shown | {"byteRange": {"start": part.start, "end": part.end}}
    return shown


def etag(md5: str, variant: Variant) -> str:
    """The ETag of a part whose bytes have this MD5, without quotes."""
    other = hashlib.md5(md5.encode(), usedforsecurity=False).hexdigest()
    return {"md5": md5, "other_hex": other, "not_hex": f"sandbox-{other[:20]}-1"}[variant.part_etag]
