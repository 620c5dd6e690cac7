"""Pure decisions about one HTTP answer: data, or which error. No network here."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from dashmedia.errors import (
    AuthError,
    ContractError,
    DashMediaError,
    PermissionDeniedError,
    RejectedError,
    TransientError,
)
from dashmedia.redaction import redact
from dashmedia.waits import retry_after, wait_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

#: RFC 6585: too many requests.
TOO_MANY = 429

#: Statuses below 500 that later may go away: request time-out, too early, too many requests.
TRANSIENT_STATUSES = frozenset({408, 425, TOO_MANY})

#: Of those, and of the 5xx, the ones by which the service says that it did nothing: RFC 8470 and RFC 6585.
UNTOUCHED_STATUSES = frozenset({425, TOO_MANY})

#: Members that carry a sentence, best first. `description` and `message` are the vendor's two shapes (dash-social-api
#: section 10); the others are RFC 9457 problem details and OAuth.
_SENTENCES = ("description", "message", "detail", "error_description", "title", "error", "status")

#: An escape in JSON: a whole pair of surrogates, then one alone or a null character (the group), then any other.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2}|u0000)|.)", re.DOTALL
)

#: An XML answer larger than this, in bytes, is quoted as it is; S3's errors are below 2 KiB.
_MAX_XML_BYTES = 64 * 1024


def judge(
    endpoint: str, status: int, headers: Mapping[str, str], content: bytes, *, now: float
) -> DashMediaError | None:
    """What an answer means for the caller: None for success, else the error to raise.

    Args:
        endpoint: the call, for the message.
        status: HTTP status.
        headers: of the answer, names in lower case or case-insensitive.
        content: the whole body.
        now: seconds since 1970, for a `Retry-After` that is a date.
    """
    if 200 <= status < 300:  # noqa: PLR2004  # RFC 9110: the class of success
        return None
    if status < 400:  # noqa: PLR2004  # RFC 9110: redirects, which would carry the token elsewhere
        return ContractError(endpoint, "status", f"{status}, a redirect", "2xx; redirects are never followed")
    words = words_of(content)
    if status in TRANSIENT_STATUSES or status >= 500:  # noqa: PLR2004  # RFC 9110: the class of server faults
        seen = f"the service answered {status}" + (f", {words}" if words else "")
        asked = wait_asked if status == TOO_MANY else retry_after
        return TransientError(endpoint, seen, status=status, wait_s=asked(headers, now))
    return _refusal(status)(endpoint, status, words)


def _refusal(status: int) -> type[RejectedError]:
    return {401: AuthError, 403: PermissionDeniedError}.get(status, RejectedError)


def read_json(endpoint: str, status: int, headers: Mapping[str, str], content: bytes) -> Any | TransientError:
    """The parsed body, None for an empty one, or the error that says that it is cut short or not JSON at all.

    A gateway that answers 200 with a page of HTML is such a case; whether it is worth a repeat is the caller's.
    """
    if not content.strip():
        return None
    try:
        return json.loads(_storable(content.decode(json.detect_encoding(content))))
    except (ValueError, RecursionError):
        kind = headers.get("content-type", "no content type")
        seen = f"the service answered {status} with {len(content)} bytes ({kind}) that are not whole JSON"
        return TransientError(endpoint, seen, status=status)


def _storable(text: str) -> str:
    """JSON whose texts any file and database takes: U+FFFD stands for a null character and for half a character.

    Half of one is what a service leaves of an emoji that it cut to a length.
    """
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text) if "\\u" in text else text


def words_of(content: bytes) -> str:
    """The sentence in the body of an error, redacted: from JSON, S3's XML or HTML, else the text as it is."""
    text = content.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return redact(_xml_words(content) or _html_words(text))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return redact(text)
    return redact(_json_words(body))


def s3_code(content: bytes) -> str | None:
    """The `Code` of an S3 error document, such as `AccessDenied`; None when the body is not one."""
    return _xml_member(content, "Code")


def s3_message(content: bytes) -> str | None:
    """The `Message` of an S3 error document; None when the body is not one."""
    return _xml_member(content, "Message")


def _json_words(body: Any) -> str:
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    sentence = next((body[name] for name in _SENTENCES if isinstance(body.get(name), str) and body[name]), "")
    errors = body.get("errors")
    return f"{sentence} {json.dumps(errors)}".strip() if errors else sentence


def _xml_words(content: bytes) -> str | None:
    code, message = s3_code(content), s3_message(content)
    return ": ".join(part for part in (code, message) if part) or None


def _xml_member(content: bytes, name: str) -> str | None:
    # Entities are how XML bombs are made; S3 declares none.
    if len(content) > _MAX_XML_BYTES or b"<!" in content:
        return None
    try:
        root = ET.fromstring(content)  # noqa: S314  # documents that declare entities were refused above
    except (ET.ParseError, ValueError, LookupError):
        # The latter two when it names an encoding that Python does not have, or not for text.
        return None
    found = next((element.text for element in root.iter() if element.tag.rpartition("}")[2] == name), None)
    return (found or "").strip() or None


def _html_words(text: str) -> str:
    title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
    return " ".join(_unescaped(title.group(1) if title else re.sub(r"<[^>]*>", " ", text)).split())


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:
        # A character by a number of thousands of digits.
        return text
