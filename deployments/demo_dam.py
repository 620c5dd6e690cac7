"""What `make demo` does in the DAM: files with their metadata, then a nightly promotion that holds two of them back."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
from rich.table import Table

from dashmedia.dam import DashSettings, open_dash, wire
from dashmedia.dam.asset_walk import walk_assets
from dashmedia.dam.criteria import AnyOf
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.schema import Schema, in_folder
from dashmedia.rate import RequestTally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dashmedia.dam.models import Asset

#: Where the first run brings its originals.
FOLDER = "/UGC/demo"

#: Which column of the manifest goes to which field of the sandbox's account.
FIELDS = {"caption": "Description", "alt_text": "Alt text", "creator": "Creator", "rights_expire_at": "Rights expire"}

#: The nightly rule of the demo: its own folder, and what an asset must have before anybody is asked to look at it.
RULE = {
    "name": "creator named, rights valid",
    "transition": "STAGED_TO_PENDING_APPROVAL",
    "folder": FOLDER,
    "required_fields": ["Creator"],
    "rights_field": "Rights expire",
}

#: What somebody put into the folder by hand; the rule holds both back.
BY_HAND: tuple[dict[str, Any], ...] = (
    {"filename": "store-17-window.jpg", "values": {"Title": False, "Creator": False, "Rights expire": False}},
    {"filename": "last-season.jpg", "values": {"Title": False, "Creator": "@juno", "Rights expire": "2026-06-30"}},
)

#: How many assets that would move are printed; the UI shows them all.
SHOWN = 3

#: Columns of the plan that say the same in every row of the demo, or nothing to a person.
LEFT_OUT = ("rule", "id")


def destination_words() -> list[str]:
    """The options of `ingest_ugc` that name the folder and the mapping."""
    return ["--dam-folder", FOLDER, "--dam-fields", json.dumps(FIELDS)]


def folder_sentence(env: dict[str, str]) -> str:
    """What the folder holds, as the API's search lists it."""
    assets = list(_assets(env))
    sums = {each.current_asset_file.checksum for each in assets if each.current_asset_file}
    states = Counter(each.lifecycle_status.state for each in assets)
    told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return (
        f"folder {FOLDER} holds {len(assets)} assets: {len(sums)} distinct, {told}, {len(assets) - len(sums)} doubled"
    )


def require_each_once(env: dict[str, str], expected: int) -> None:
    """End with an error if anything is lost or doubled, or has no creator."""
    assets = list(_assets(env))
    sums = {each.current_asset_file.checksum for each in assets if each.current_asset_file}
    if (len(assets), len(sums)) != (expected, expected):
        sys.exit(f"{FOLDER} holds {len(assets)} assets, expected {expected}. This is a defect; please report it.")


def put_by_hand(env: dict[str, str]) -> None:
    """Two more staged assets, as a store's manager would leave them."""
    for each in BY_HAND:
        body = {"count": 1, "state": "STAGED", "folder": FOLDER, "staged_age_s": 3_600, **each}
        httpx.post(f"{env['DASH_SOCIAL_API_URL']}/_sandbox/seed_assets", json=body, trust_env=False).raise_for_status()


def write_rules(home: Path) -> Path:
    """The rules as a file, as a person would keep them."""
    path = home / "rules.json"
    path.write_text(json.dumps([RULE], indent=2))
    return path


def plan_table(env: dict[str, str]) -> Table:
    """The plan as it stands in the UI, its first and its last rows."""
    url = f"{env['PREFECT_API_URL']}/artifacts/promotion-plan/latest"
    rows: list[dict[str, str]] = json.loads(httpx.get(url, trust_env=False).raise_for_status().json()["data"])
    moving = [row for row in rows if row["decision"] == "would move"]
    table = Table(caption=f"{len(moving) - SHOWN} more would move")
    columns = [column for column in rows[0] if column not in LEFT_OUT]
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in [*moving[:SHOWN], *(row for row in rows if row not in moving)]:
        table.add_row(*(row[column] for column in columns))
    return table


def _assets(env: dict[str, str]) -> Iterator[Asset]:
    known = {name: env[name] for name in ("DASH_API_URL", "DASH_API_TOKEN")}
    states = AnyOf(Fixed(wire.LIFECYCLE_STATE), (wire.STAGED, wire.PENDING_APPROVAL, wire.LIVE))
    with open_dash(DashSettings.from_env(known), tally=RequestTally()) as client:
        yield from walk_assets(client, in_folder(Schema.load(client), FOLDER) & states)
