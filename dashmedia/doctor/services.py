"""Dash Social and Dash as they are reached from here: credentials, permissions, clocks, storage.

Nothing is created. An upload URL of Dash Social is asked for and never used; where Dash stores originals is only said when an asset
is made, so that storage is not looked at.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from dashmedia.connections import KeptTransport
from dashmedia.dam import open_dash, wire
from dashmedia.dam.criteria import Equals
from dashmedia.dam.field_refs import Fixed
from dashmedia.doctor.findings import Check, Finding, Level, fail, ok, warn
from dashmedia.errors import DashMediaError, SettingsError
from dashmedia.rate import RequestTally
from dashmedia.retry import RetryPolicy
from dashmedia.social import open_social

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import SecretStr

    from dashmedia.dam import DashSettings
    from dashmedia.dam.client import DashClient
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.settings import SocialSettings

    SocialAccess = Callable[[], SocialSettings | None]
    DashAccess = Callable[[], tuple[DashSettings, RefreshTokens] | None]

#: A signature, a lease and the edge of a window are wrong by as much as the clocks are apart, in seconds.
CLOCKS_APART_S = 60.0

#: Few repeats: the question is how it is now.
BRIEF = RetryPolicy(budget_s=5, first_wait_s=0.2, attempts=2)

#: Seconds for one request that only wants to know whether somebody is there.
TIMEOUT = httpx.Timeout(connect=10, read=10, write=10, pool=10)

#: Steps of a promotion that a token may lack, with the states that assets are in before it.
STEPS = ((wire.STAGED, wire.PENDING_APPROVAL), (wire.PENDING_APPROVAL, wire.LIVE), (wire.LIVE, wire.BINNED))


def service_checks(social: SocialAccess, dash: DashAccess, wall: Callable[[], float] = time.time) -> list[Check]:
    """Checks of both services.

    Args:
        social: credentials, or None where none are set; may raise `SettingsError`.
        dash: the same for the DAM.
        wall: seconds since 1970, as this machine believes.
    """

    def social_url() -> str | None:
        with suppress(SettingsError):  # which the line of the service itself tells
            return settings.api_url if (settings := social()) else None
        return None

    def dash_url() -> str | None:
        with suppress(SettingsError):
            return found[0].api_url if (found := dash()) else None
        return None

    return [
        Check("Credentials", lambda: look_for_credentials(social, dash)),
        Check("Dash Social", lambda: look_at_social(social)),
        Check("Dash Social clock", lambda: look_at_clock("Dash Social clock", social_url(), wall)),
        Check("Dash Social storage", lambda: look_at_storage(social)),
        Check("Dash", lambda: look_at_dash(dash)),
        Check("Dash clock", lambda: look_at_clock("Dash clock", dash_url(), wall)),
    ]


def look_for_credentials(social: SocialAccess, dash: DashAccess) -> Iterator[Finding]:
    """Whether there are any; what is wrong with them is said by their service."""
    with suppress(SettingsError):
        if social() is None and dash() is None:
            advice = "Set DASH_SOCIAL_TOKEN or DASH_API_TOKEN, or fill in a credentials block."
            yield fail("Credentials", "none are set for either service, so no flow that reaches one can run", advice)


def look_at_social(access: SocialAccess) -> Iterator[Finding]:
    """Whether the key works, and which brands it reaches."""
    if (settings := access()) is None:
        yield warn(
            "Dash Social",
            "no credentials are set, so flows that deliver to brands cannot run",
            "Set DASH_SOCIAL_TOKEN, or fill in a block of the type Dash Social credentials.",
        )
        return
    with open_social(settings, tally=RequestTally(), retry=BRIEF) as client:
        identity = client.identity()
    brands = [f"{each} ({identity.brand_names.get(each, 'unnamed')})" for each in sorted(identity.accessible_brands)]
    if brands:
        yield ok("Dash Social", f"the key works and reaches {len(brands)} brands: {', '.join(brands)}")
    else:
        yield fail("Dash Social", "the key works and reaches no brand", "Ask for access to a brand for its owner.")


def look_at_storage(access: SocialAccess) -> Iterator[Finding]:
    """Whether the storage that upload URLs point at answers; any answer will do, since nothing is sent."""
    name = "Dash Social storage"
    try:
        if (settings := access()) is None:
            return
        with open_social(settings, tally=RequestTally(), retry=BRIEF) as client:
            address = urlsplit(client.issue_upload_url("doctor.jpg", "image/jpeg").bare)
    except DashMediaError:
        yield warn(
            name, "it could not be looked at, because Dash Social gave no upload URL", "See the line of Dash Social."
        )
        return
    origin = f"{address.scheme}://{address.netloc}"
    answer = _asked(f"{origin}/")
    if isinstance(answer, str):
        yield fail(
            name,
            f"{origin} does not answer: {answer}",
            "Let this machine reach that host: firewall, proxy, certificates.",
        )
    else:
        yield ok(name, f"{origin} answers")


@dataclass
class Noticed:
    """Notes that the login gave a new refresh token, and keeps it where the credentials came from."""

    kept: RefreshTokens
    was_renewed: bool = False

    def keep(self, token: SecretStr) -> None:
        """Keep it there."""
        self.was_renewed = True
        self.kept.keep(token)

    def latest(self) -> SecretStr | None:
        """The one there now."""
        return self.kept.latest()


def look_at_dash(access: DashAccess) -> Iterator[Finding]:
    """Whether the token works, and what it may do."""
    if (found := access()) is None:
        yield warn(
            "Dash",
            "no credentials are set, so flows that use the DAM cannot run",
            "Set DASH_API_TOKEN, or client id, secret and refresh token, or fill in a block of the type Dash credentials.",
        )
        return
    settings, noticed = found[0], Noticed(found[1])
    with open_dash(settings, tally=RequestTally(), retry=BRIEF, refresh_tokens=noticed) as client:
        user = client.current_user()
        yield ok("Dash", f"the token works; it is {user.user.display_name}'s")
        if user.may(*wire.CREATE_ASSETS):
            yield ok("Dash: create assets", "permitted")
        else:
            missing = f"{wire.CREATE_ASSETS[1]} on {wire.CREATE_ASSETS[0]} is not among the permitted actions"
            advice = "Ask an administrator of Dash to grant it; until then ingest_ugc cannot fill folders."
            yield fail("Dash: create assets", missing, advice)
        yield from _steps(client)
    if noticed.was_renewed and noticed.latest() is None:
        yield warn(
            "Dash refresh token",
            "the login gave a new one, and the environment cannot be changed from here",
            "Keep the credentials in a block of the type Dash credentials, which is kept up to date.",
        )


def _steps(client: DashClient) -> Iterator[Finding]:
    """For each step of a promotion, with how many of the assets that are there the token may take it."""
    for source, target in STEPS:
        there, action = Equals(Fixed(wire.LIFECYCLE_STATE), source), f"{wire.ACTION_MOVE_TO}{target}"
        size = client.search_assets(there, 0, wire.COUNT_ROWS).total
        may = client.search_assets(there, 0, wire.COUNT_ROWS, action=action).total if size else 0
        yield _step(f"Dash: {source} → {target}", size, may, action.removeprefix("SEARCH_FOR_"))


def _step(name: str, size: int, may: int, action: str) -> Finding:
    if not size:
        return ok(name, "no asset is in that state, so nothing can be told")
    seen = f"permitted for {may:,} of {size:,} assets"
    if may == size:
        return ok(name, seen)
    advice = f"Ask an administrator of Dash to grant {action}, if promote_lifecycle is to take that step."
    return Finding(name=name, level=Level.WARN if may else Level.FAIL, seen=seen, advice=advice)


def look_at_clock(name: str, url: str | None, wall: Callable[[], float]) -> Iterator[Finding]:
    """Whether the service's clock and ours agree."""
    if url is None:
        return
    before = wall()
    answer = _asked(url)
    after = wall()
    if isinstance(answer, str):
        yield fail(
            name,
            f"{_host(url)} does not answer: {answer}",
            "Let this machine reach that host: network, proxy, certificates.",
        )
    elif (theirs := _date_of(answer)) is None:
        yield warn(
            name,
            f"{_host(url)} does not tell its time, so the clocks cannot be compared",
            "Keep this machine's clock by NTP.",
        )
    else:
        # The header has whole seconds, so half a second is the best guess.
        yield _compared(name, theirs + 0.5 - (before + after) / 2)


def _compared(name: str, ahead_s: float) -> Finding:
    seen = f"the service is {abs(ahead_s):.0f} s {'ahead of' if ahead_s >= 0 else 'behind'} this machine"
    if abs(ahead_s) <= CLOCKS_APART_S:
        return ok(name, seen)
    advice = f"Set this machine's clock (NTP); more than {CLOCKS_APART_S:.0f} s spoil signatures, leases and the ends of windows."
    return fail(name, seen, advice)


def _date_of(answer: httpx.Response) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return None


def _asked(url: str) -> httpx.Response | str:
    """The answer to a request without any credential, or why there is none."""
    transport = KeptTransport(TIMEOUT)
    try:
        return transport.handle_request(httpx.Request("HEAD", url))
    except httpx.RequestError as error:
        return f"{type(error).__name__}: {error}"
    finally:
        transport.close()


def _host(url: str) -> str:
    return urlsplit(url).netloc
