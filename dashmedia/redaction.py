"""What must never be read in a log or a message: tokens, and the query of a presigned URL, which is as good as a key."""

from __future__ import annotations

import logging
import re

#: What stands where something was hidden.
HIDDEN = "[hidden]"

#: Names whose presence in a query makes it a signed one: Amazon SigV4 and SigV2, Google, Azure, CloudFront.
_SIGNED = re.compile(
    r"X-Amz-|X-Goog-|AWSAccessKeyId|GoogleAccessId|Signature|Key-Pair-Id|Expires|Policy|sig(?:=|%(?:25)*3D)",
    re.IGNORECASE,
)
#: Where a query begins: a URL within a URL has its own marks percent-encoded, and one within that has them encoded twice.
_QUERY = re.compile(r"\?|%(?:25)*3F", re.IGNORECASE)
#: What may be a URL. Looked at one by one: a single pattern for all of it takes minutes over a page of question marks.
_TOKEN = re.compile(r"[^\s\"'<>]+")

#: The sign between a name and its value; URLs within URLs, JSON and HTML have spellings of their own for it.
_EQUALS = r"(=|%(?:25)*3D|\\u003d|&#(?:61|x3d);)"

#: The same names outside a URL, where S3's own error texts quote them.
_SIGNED_PAIR = re.compile(
    r"(?:\b|(?<=26))((?:X-Amz-|X-Goog-)[\w-]{1,64}|AWSAccessKeyId|Signature|Key-Pair-Id|access_token|refresh_token|client_secret)"
    + _EQUALS
    + r"[^\s&\"'<>]+",
    re.IGNORECASE,
)
_SIGNED_ELEMENT = re.compile(r"<(AWSAccessKeyId|SignatureProvided|StringToSign|CanonicalRequest)>[^<]*", re.IGNORECASE)
#: A SigV4 signature is 64 hex digits, Google's 512, and it is one whatever is left of its name where a text was cut. An MD5 has 32.
_SIGNATURE = re.compile(_EQUALS + r"[0-9a-f]{40,}", re.IGNORECASE)
_CREDENTIAL = re.compile(r"\b(Bearer|Basic)\s+[^\s\"',;]+", re.IGNORECASE)

#: Loggers of the transports. A filter acts only on the logger that a record was made with, so each is named.
TRANSPORT_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


def redact(text: str) -> str:
    """`text` without what signs or authorises; the rest is unchanged.

    That is the query of any presigned URL, Bearer and Basic credentials, and 40 or more hex digits behind an equals sign, which is how a
    signature looks.
    """
    if _SIGNED.search(text):
        text = _TOKEN.sub(lambda found: _unsigned(found[0]), text)
    text = _SIGNED_PAIR.sub(rf"\1\2{HIDDEN}", text)
    text = _SIGNED_ELEMENT.sub(rf"<\1>{HIDDEN}", text)
    text = _SIGNATURE.sub(rf"\1{HIDDEN}", text)
    return _CREDENTIAL.sub(rf"\1 {HIDDEN}", text)


def _unsigned(token: str) -> str:
    """A token without its query, if that is a signed one."""
    query = _QUERY.search(token)
    return token[: query.end()] + HIDDEN if query and _SIGNED.search(token, query.end()) else token


class Redacted(logging.Filter):
    """Rewrites a record before any handler sees it; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: D102  # the base class says what it does
        record.msg = redact(record.getMessage())
        record.args = ()
        return True


_FILTER = Redacted()


def install_redaction() -> None:
    """Put the filter on the transports' loggers, which print whole URLs at INFO; calling it again changes nothing."""
    for name in TRANSPORT_LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
