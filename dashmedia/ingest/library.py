"""The brands of Dash Social that a run brings originals to, seen to be within reach."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.errors import PermissionDeniedError
from dashmedia.ledger.destinations import service_of, social_destination
from dashmedia.rate import RateBudget
from dashmedia.social import open_social

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dashmedia.rate import RequestTally, SharedRate
    from dashmedia.retry import RetryPolicy
    from dashmedia.settings import SocialSettings
    from dashmedia.social.client import SocialClient
    from dashmedia.social.models import Identity


@dataclass(frozen=True)
class Library:
    """All of them are reached with one token.

    Attributes:
        service: whose storage the bytes are in, as the ledger calls it.
        brands: their ids by destination.
        names: what people call them, by destination.
        calls_per_s: how many requests the service takes.
    """

    client: SocialClient
    service: str
    brands: dict[str, int]
    names: dict[str, str]
    calls_per_s: float


@contextmanager
def open_library(
    brand_ids: Iterable[int],
    settings: SocialSettings,
    *,
    tally: RequestTally,
    retry: RetryPolicy | None,
    shared_rate: SharedRate | None = None,
    **times: Any,
) -> Iterator[Library]:
    """Look whether the token reaches them.

    `shared_rate` is what all processes together may send; `times` are `sleep` and `clock`.

    Raises:
        AuthError: the token is not accepted.
        PermissionDeniedError: it does not reach one of the brands.
    """
    brands = {social_destination(each, settings.api_url): each for each in brand_ids}
    budget = RateBudget(settings.requests_per_minute, shared=shared_rate, **times)
    with open_social(settings, tally=tally, budget=budget, retry=retry, **times) as client:
        identity = client.identity()
        _require_access(identity, set(brands.values()))
        names = {
            each: f"Dash Social, {identity.brand_names.get(brand_id, 'brand')} ({brand_id})"
            for each, brand_id in brands.items()
        }
        yield Library(client, service_of(settings.api_url), brands, names, settings.requests_per_minute / 60)


def _require_access(identity: Identity, wanted: set[int]) -> None:
    missing = sorted(wanted - identity.accessible_brands)
    if missing:
        reachable = ", ".join(
            f"{each} ({identity.brand_names.get(each, 'unnamed')})" for each in sorted(identity.accessible_brands)
        )
        raise PermissionDeniedError(
            "GET /api/self",
            403,
            f"the token does not reach brand {', '.join(map(str, missing))}; it reaches {reachable or 'none'}",
        )
