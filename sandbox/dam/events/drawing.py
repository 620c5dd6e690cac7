"""Recipes played: who downloaded what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sandbox.dam.events.columns import NOBODY, Batch
from sandbox.dam.events.recipes import Between, Given, Spread
from sandbox.dam.moments import DAY_MS, day_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HOUR_MS = DAY_MS // 24
USER_TYPES = ("USER", "PORTAL_VISITOR", "SHARE_VISITOR", "API")
USER_TYPE_SHARES = (0.45, 0.35, 0.15, 0.05)
DOWNLOAD_TYPES = ("ORIGINAL", "PRESET", "CUSTOM", "EMBED")
DOWNLOAD_TYPE_SHARES = (0.5, 0.3, 0.15, 0.05)
#: Monday to Sunday.
WEEK = (1.0, 1.1, 1.1, 1.0, 0.8, 0.2, 0.15)
#: Share of events that are of the file before the current one.
OLD_FILE_SHARE = 0.1


class Cast(NamedTuple):
    """Who and what events are about: ids, the most frequent first; some no longer exist.

    Attributes:
        files: the current one of each asset, in their order, then the one before of each.
        api_user: the one behind downloads by the API.
    """

    assets: Sequence[str]
    files: Sequence[str]
    users: Sequence[str]
    portals: Sequence[str]
    api_user: str


def play(recipe: Spread | Between | Given, cast: Cast) -> Batch:
    """The events of a recipe; the same recipe gives the same events."""
    if isinstance(recipe, Given):
        return _given(recipe)
    draw = np.random.default_rng(recipe.seed)
    if isinstance(recipe, Between):
        times = draw.integers(recipe.since_ms, recipe.until_ms, recipe.count, endpoint=True)
    else:
        times = _times(recipe, draw)
    return Batch(times, _parts(len(times), cast, draw))


def _times(recipe: Spread, draw: np.random.Generator) -> NDArray[np.int64]:
    """Skewed places first, the rest by the rhythm."""
    start = day_ms(recipe.first_day)
    heavy = start + recipe.days // 2 * DAY_MS
    second, millisecond = heavy + 14 * HOUR_MS + 137_000, heavy + DAY_MS + 9 * HOUR_MS + 41_007
    on_day = max(0, round(recipe.count * recipe.day_share) - recipe.second_count)
    pieces = [
        draw.integers(second, second + 1000, recipe.second_count),
        np.full(recipe.millisecond_count, millisecond),
        draw.integers(heavy, heavy + DAY_MS, on_day),
    ]
    rest = max(0, recipe.count - sum(map(len, pieces)))
    return np.concatenate([*pieces, _rhythm(recipe, rest, draw)])[: recipe.count]


def _rhythm(recipe: Spread, count: int, draw: np.random.Generator) -> NDArray[np.int64]:
    weekdays = (recipe.first_day.weekday() + np.arange(recipe.days)) % 7
    weights = draw.lognormal(0, 0.35, recipe.days) * np.take(WEEK, weekdays)
    days = draw.choice(recipe.days, count, p=weights / weights.sum())
    hours = np.clip(draw.normal(13, 3.5, count), 0, 23.999999)
    return day_ms(recipe.first_day) + days * DAY_MS + (hours * HOUR_MS).astype(np.int64)


def _parts(count: int, cast: Cast, draw: np.random.Generator) -> dict[str, tuple[Sequence[str], NDArray[np.int32]]]:
    kinds = draw.choice(len(USER_TYPES), count, p=USER_TYPE_SHARES)
    assets = _ranked(len(cast.assets), count, draw)
    files = assets + len(cast.assets) * (draw.random(count) < OLD_FILE_SHARE)
    users = np.select(
        [kinds == USER_TYPES.index("USER"), kinds == USER_TYPES.index("API")],
        [_ranked(len(cast.users), count, draw), np.full(count, len(cast.users))],
        NOBODY,
    )
    is_at_portal = kinds == USER_TYPES.index("PORTAL_VISITOR")
    portals = np.where(is_at_portal, _ranked(len(cast.portals), count, draw), NOBODY)
    ways = draw.choice(len(DOWNLOAD_TYPES), count, p=DOWNLOAD_TYPE_SHARES)
    return {
        "asset": (cast.assets, assets),
        "file": (cast.files, files),
        "user": ([*cast.users, cast.api_user], users),
        "user_type": (USER_TYPES, kinds),
        "portal": (cast.portals, portals),
        "download_type": (DOWNLOAD_TYPES, ways),
    }


def _ranked(things: int, count: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """Places in a list, the first ones far more often than the last."""
    weights = 1 / (np.arange(things) + 3)
    return draw.choice(things, count, p=weights / weights.sum())


def _given(recipe: Given) -> Batch:
    rows = recipe.events
    columns = {
        "asset": [row.asset_id for row in rows],
        "file": [row.asset_file_id for row in rows],
        "user": [row.user_id for row in rows],
        "user_type": [row.user_type for row in rows],
        "portal": [row.portal_id for row in rows],
        "download_type": [row.download_type for row in rows],
    }
    times = np.fromiter((to_ms(row.date) for row in rows), np.int64)
    return Batch(times, {name: _listed(values) for name, values in columns.items()})


def _listed(values: list[str | None]) -> tuple[Sequence[str], NDArray[np.int32]]:
    known = {value: place for place, value in enumerate(dict.fromkeys(one for one in values if one is not None))}
    return list(known), np.fromiter((NOBODY if one is None else known[one] for one in values), np.int32)
