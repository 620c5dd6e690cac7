"""Where content goes, as the text that is half of a ledger key, and the id that follows from it."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID, uuid5

#: Host of the production library. Contract `dash-social-api.md`, section 1.
PRODUCTION_HOST = "library-backend.dashsocial.com"

#: Fixed for ever: another value would make every item a new one on the remote side.
NAMESPACE = UUID("6f1b3c0e-5a0d-4c53-9d5e-2c1f3f6f7b11")


def service_of(api_url: str) -> str:
    """Whose storage the bytes are in: `social` in production, `social@<host[:port]>` elsewhere."""
    host = urlsplit(api_url).netloc.rpartition("@")[2].lower()
    return "social" if host == PRODUCTION_HOST else f"social@{host}"


def social_destination(brand_id: int, api_url: str) -> str:
    """`social:<brand>` in production, `social:<brand>@<host[:port]>` elsewhere: a rehearsal counts for nothing."""
    service, at, host = service_of(api_url).partition("@")
    return f"{service}:{brand_id}{at}{host}"


def source_id_for(destination: str, sha256: str) -> str:
    """UUIDv5 of destination and content: the same content for the same destination is the same id, whoever sends it."""
    return str(uuid5(NAMESPACE, f"{destination}/{sha256.lower()}"))
