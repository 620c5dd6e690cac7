"""What one sandbox was started with, and what it remembers between starts."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

#: A request budget of the contract, section 10: 1,000 a minute in all.
REQUESTS_PER_MINUTE = 1000
#: Brands of the invented organization: id and URL slug.
BRANDS = {4242: "acme-outdoor", 4343: "acme-trail", 4444: "acme-kids"}
BUCKET = "dashsocial-static"
#: Of the DAM, on the same S3 server; nothing in it can be read without a signature.
ORIGINALS_BUCKET = "dash-originals"


@dataclass(frozen=True)
class Settings:
    """Choices of the command line.

    Attributes:
        data: folder that holds everything the sandbox keeps.
        host: loopback address both servers bind.
        port: of the API; 0 means the port of the last start if it is free, else any free one.
        s3_port: of the S3 server; 0 means as for `port`.
        latency_ms: delay of every API answer.
        seed: of all random choices.
        requests_per_minute: the announced and enforced limit, of each service.
        last_day: of the DAM's demo data, UTC; None means yesterday. Counts on the first start of a folder only.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    s3_port: int = 0
    latency_ms: float = 0
    seed: int = 1
    requests_per_minute: int = REQUESTS_PER_MINUTE
    last_day: date | None = None


@dataclass(frozen=True)
class Keys:
    """Secrets drawn once per data folder, so that a restart does not invalidate what clients hold."""

    token: str
    access_key_id: str
    secret_access_key: str
    dash_token: str
    dash_client_id: str
    dash_client_secret: str
    dash_refresh_token: str


def remembered_keys(data: Path) -> Keys:
    """The secrets of this data folder, drawn on its first use."""
    path = data / "keys.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = {field.name for field in fields(Keys)} - set(known)  # all of them, or those that came later
    if missing:
        drawn = {name: secrets.token_urlsafe(24) for name in missing} | {"access_key_id": _access_key_id()}
        known = drawn | known
        path.write_text(json.dumps(known))
        path.chmod(0o600)
    return Keys(**known)


def _access_key_id() -> str:
    return "SBX" + secrets.token_hex(8).upper()


def remembered_ports(data: Path) -> dict[str, int]:
    """`{"api": …, "s3": …}` of the last start; 0 where nothing is known."""
    path = data / "ports.json"
    known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return {"api": int(known.get("api", 0)), "s3": int(known.get("s3", 0))}


def remember_ports(data: Path, *, api: int, s3: int) -> None:
    """Keep the ports, so that URLs handed out before a restart work after it."""
    (data / "ports.json").write_text(json.dumps({"api": api, "s3": s3}))


def loopback(host: str) -> str:
    """`host` if it is a loopback address, `localhost` read as 127.0.0.1.

    Raises:
        ValueError: it is anything else.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError(
            f"The sandbox protects nothing, so it serves this machine only: host {host!r} is not a loopback address. "
            "Use 127.0.0.1, or leave --host out."
        )
    return address


def http_url(host: str, port: int) -> str:
    """`http://host:port`, with the brackets an IPv6 address needs."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
