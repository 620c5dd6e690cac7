"""An invented account: fields, folders, people, portals and assets, all drawn from a seed."""

from __future__ import annotations

import random
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sandbox.dam.moments import DAY_MS, day_ms
from sandbox.dam.store import Asset, AssetValue, Field, FieldOption, Portal, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sandbox.dam.store import Store

ACCOUNT_ID = "4be1c0de-5a11-4f0e-9d27-6c3f6a0b7e21"
#: The user whose token it is.
CURRENT_USER_ID = "auth0|5f3a9c2e7d10b4864c21"
ASSETS = 400
#: Days before the last one over which assets were added.
ADDED_OVER_DAYS = 400

#: Name, type of data, several values, options, a tree, how it is edited. Folders come first and cannot be removed.
FIELDS = (
    ("Folders", "STRING", True, True, True, "FOLDER_PICKER"),
    ("Title", "STRING", False, False, False, "SINGLE_LINE_TEXT"),
    ("Description", "STRING", False, False, False, "TEXT_AREA"),
    ("Alt text", "STRING", False, False, False, "TEXT_AREA"),
    ("Creator", "STRING", False, False, False, "SINGLE_LINE_TEXT"),
    ("Usage rights", "STRING", True, True, False, "TAGS"),
    ("Rights expire", "DATE", False, False, False, "SINGLE_LINE_TEXT"),
    ("Campaign", "STRING", True, True, False, "TAGS"),
)
#: Share of assets that have a value, by field; the other fields are empty.
FILLED = {"Folders": 1, "Title": 0.97, "Creator": 0.5, "Usage rights": 0.6, "Rights expire": 0.3, "Campaign": 0.4}
FOLDERS = {
    "Campaigns": {"2026 Spring": {"Hero": {}, "Social cut-downs": {}}, "2026 Autumn": {"Hero": {}, "Retail": {}}},
    "Products": {"Footwear": {"Trail": {}, "Road": {}}, "Packs": {}, "Tents": {"Studio": {}, "On location": {}}},
    "UGC": {"2026-08": {}, "2026-09": {}, "2026-10": {}},
    "Press": {"Logos": {}, "Portraits": {}},
    "Fêtes & Märkte / 2026": {},
}
RIGHTS = ("Social", "Web", "Print", "Retail partners")
CAMPAIGNS = ("Spring 2026", "Autumn 2026", "Always on")
PORTALS = ("Press room", "Retail partners", "Ambassadors", "Distributors EMEA")
PEOPLE = ("Noor Haddad", "Lena Sommer", "Tomás Rey", "Aiko Mori", "Ben Achterberg", "Ife Okoro", "Maja Lindqvist")
SUBJECTS = ("ridge-run", "camp stove", "trail pack", "night hike", "tent detail", "café été", "logo", "team portrait")
#: Extension, kind, media type, and how often in ten.
FILE_KINDS = (
    ("jpg", "IMAGE", "image/jpeg", 5),
    ("png", "IMAGE", "image/png", 2),
    ("mp4", "VIDEO", "video/mp4", 2),
    ("pdf", "DOCUMENT", "application/pdf", 1),
)


class Account(NamedTuple):
    """Everything that is there before anybody does anything, by table."""

    field: list[Field]
    field_option: list[FieldOption]
    asset: list[Asset]
    asset_value: list[AssetValue]
    portal: list[Portal]
    user: list[User]

    def keep(self, store: Store) -> None:
        """Put it into an empty store."""
        for table, rows in self._asdict().items():
            store.add(table, rows)


@lru_cache(maxsize=2)
def make_account(seed: int, last_day: date) -> Account:
    """The account as it is at the end of `last_day`, UTC; kept, since every reset begins with it. Not to be changed."""
    draw = random.Random(f"account {seed}")
    users = list(_users(draw))
    fields = [Field(draw_id(draw), *facts, indestructable=facts[0] == "Folders") for facts in FIELDS]
    options = [*_tree(draw, fields[0].id, None, FOLDERS)]
    for field in fields[1:]:
        words = {"Usage rights": RIGHTS, "Campaign": CAMPAIGNS}.get(field.name, ())
        options += [FieldOption(draw_id(draw), field.id, None, word, n) for n, word in enumerate(words)]
    portals = [Portal(draw_id(draw), name, name.lower().replace(" ", "-")) for name in PORTALS]
    assets, values = make_assets(draw, ASSETS, fields, options, [user.id for user in users], last_day)
    return Account(fields, options, assets, values, portals, users)


def draw_id(draw: random.Random) -> str:
    """A UUID."""
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _users(draw: random.Random) -> Iterable[User]:
    yield User(CURRENT_USER_ID, "pipeline@acme.example", "Media", "Pipeline", "API")
    for number, person in enumerate(PEOPLE):
        first, last = person.split()
        found_by = "google-oauth2|1%020d" if number % 3 == 0 else "auth0|%020x"
        user_id = found_by % draw.randrange(10**20)
        yield User(user_id, f"{first}.{last}@acme.example".lower(), first, last, "ADMIN" if number == 0 else "MEMBER")


def _tree(draw: random.Random, field_id: str, parent_id: str | None, names: dict[str, dict]) -> Iterable[FieldOption]:
    for position, (name, below) in enumerate(names.items()):
        option = FieldOption(draw_id(draw), field_id, parent_id, name, position)
        yield option
        yield from _tree(draw, field_id, option.id, below)


def make_assets(
    draw: random.Random,
    count: int,
    fields: Sequence[Field],
    options: Sequence[FieldOption],
    user_ids: Sequence[str],
    last_day: date,
    state: str | None = None,
) -> tuple[list[Asset], list[AssetValue]]:
    """New assets with their values; in `state`, or most of them `LIVE`."""
    assets, values = [], []
    end_ms = day_ms(last_day) + DAY_MS
    for number in range(count):
        asset = _asset(draw, number, draw.choice(user_ids), end_ms, state)
        assets.append(asset)
        values += _values(draw, asset, fields, options)
    return assets, values


def _asset(draw: random.Random, number: int, staged_by: str, end_ms: int, state: str | None) -> Asset:
    extension, kind, media_type, _ = draw.choices(FILE_KINDS, [one[-1] for one in FILE_KINDS])[0]
    state = state or draw.choices(("LIVE", "STAGED", "PENDING_APPROVAL", "BINNED"), (85, 8, 5, 2))[0]
    staged_ms = end_ms - draw.randrange(2 * 3600 * 1000, ADDED_OVER_DAYS * DAY_MS)
    has_size = kind in ("IMAGE", "VIDEO")
    return Asset(
        id=draw_id(draw),
        state=state,
        staged_by=staged_by,
        staged_ms=staged_ms,
        pending_ms=staged_ms + 600_000 if state != "STAGED" else None,
        live_ms=staged_ms + 3_600_000 if state in ("LIVE", "BINNED") else None,
        modified_ms=draw.randrange(staged_ms + 3_600_000, end_ms),
        file_id=draw_id(draw),
        filename=f"{draw.choice(SUBJECTS)} {number:04d}.{extension}",
        file_type=kind,
        media_type=media_type,
        extension=extension,
        size=draw.randrange(20_000, 40_000_000),
        checksum=f"{draw.getrandbits(128):032x}",
        width=draw.choice((1920, 2400, 4000)) if has_size else None,
        height=draw.choice((1080, 1600, 3000)) if has_size else None,
        file_added_ms=staged_ms + 5_000,
    )


def _values(
    draw: random.Random, asset: Asset, fields: Sequence[Field], options: Sequence[FieldOption]
) -> Iterable[AssetValue]:
    by_id = {option.id: option for option in options}
    for field in fields:
        if draw.random() >= FILLED.get(field.name, 0):
            continue
        if field.has_fixed_options:
            words = branch(draw.choice([option for option in options if option.field_id == field.id]), by_id)
        elif field.data_type == "DATE":
            words = [f"2027-{draw.randrange(1, 13):02d}-01"]
        elif field.name == "Creator":
            words = [draw.choice(PEOPLE)]
        else:
            words = [asset.filename.rpartition(".")[0].replace("-", " ").capitalize()]
        yield from (AssetValue(asset.id, field.id, n, word) for n, word in enumerate(words))


def branch(option: FieldOption, by_id: dict[str, FieldOption]) -> list[str]:
    """Ids of an option and of all above it, the top first: an asset carries the whole branch."""
    above = branch(by_id[option.parent_id], by_id) if option.parent_id else []
    return [*above, option.id]
