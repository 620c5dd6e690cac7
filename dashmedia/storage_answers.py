"""Pure decisions about the storage's answer to one PUT. S3 speaks XML; its codes are what it means, not its statuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from dashmedia.answers import TRANSIENT_STATUSES, s3_code, s3_message, words_of
from dashmedia.errors import DashMediaError, StorageRefusedError, TransientError, UploadUrlExpiredError
from dashmedia.waits import server_now, wait_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Codes of a 4xx after which the same PUT may succeed. Amazon S3 API reference, "Error responses".
TRANSIENT_CODES = frozenset({"RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted"})


def judge_put(  # the parts of an answer, and what it answers
    name: str, status: int, headers: Mapping[str, str], content: bytes, *, url: str, now: float
) -> DashMediaError | None:
    """None when the bytes are stored, else the error to raise.

    A storage says what it stored by an ETag (Amazon S3 API reference, "PutObject" and "UploadPart"). A success without one comes from
    something in between, so it is worth nothing, and the same PUT is sent again.

    Args:
        name: of the original or the part.
        status: HTTP status.
        headers: of the answer, names in lower case.
        content: the whole body.
        url: where it was sent, for its expiry.
        now: seconds since 1970; the `date` header, when there is one, is believed instead.
    """
    if 200 <= status < 300:  # noqa: PLR2004  # RFC 9110: the class of success
        return None if etag_of(headers) else _without_etag(name, status)
    seen = f"{status} {words_of(content)}".strip()
    code = s3_code(content)
    if status in TRANSIENT_STATUSES or status >= 500 or code in TRANSIENT_CODES:  # noqa: PLR2004  # server faults
        asked_s = wait_asked(headers, now)
        return TransientError(f"PUT {name}", f"the storage answered {seen}", status=status, wait_s=asked_s)
    if status >= 400 and (_speaks_of_expiry(content) or _is_past(url, server_now(headers, now))):  # noqa: PLR2004  # refusals
        return UploadUrlExpiredError(name)
    return StorageRefusedError(name, seen, status=status)


def etag_of(headers: Mapping[str, str]) -> str:
    """The ETag without quotes and weakness mark; empty when the storage gave none."""
    return headers.get("etag", "").strip().removeprefix("W/").strip('"')


def _without_etag(name: str, status: int) -> TransientError:
    return TransientError(
        f"PUT {name}", f"{status} came without an ETag, by which a storage says what it stored", status=status
    )


def url_expiry(url: str) -> float | None:
    """When a presigned URL ends, in seconds since 1970; None when its query does not say so.

    SigV4 has a date and a lifetime, SigV2 the instant itself.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    try:
        if "X-Amz-Date" in query:
            issued = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return issued.timestamp() + int(query["X-Amz-Expires"])
        return float(query["Expires"])
    except (KeyError, ValueError, OverflowError):
        return None


def _speaks_of_expiry(content: bytes) -> bool:
    """By the code, or, where S3 uses `AccessDenied` for it, by the sentence `Request has expired`."""
    code, message = s3_code(content), s3_message(content) or ""
    return code in {"ExpiredToken", "RequestExpired"} or (code == "AccessDenied" and "expired" in message.lower())


def _is_past(url: str, now: float) -> bool:
    expiry = url_expiry(url)
    return expiry is not None and now >= expiry
