"""The DAM put together: one store, and what is done with it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sandbox.dam import demo
from sandbox.dam.catalogue import Catalogue
from sandbox.dam.events.recipes import Spread
from sandbox.dam.jobs.book import JobBook
from sandbox.dam.lifecycle import LifecycleJobs
from sandbox.dam.metadata_edits import EditJobs
from sandbox.dam.permissions import Permissions
from sandbox.dam.scroll import Scrolls
from sandbox.dam.seeding import Seeder
from sandbox.dam.store import Store
from sandbox.dam.tokens import Tokens
from sandbox.dam.uploads.service import Uploads
from sandbox.dam.variant import Variant

if TYPE_CHECKING:
    import sqlite3

    from sandbox.dam.events.downloads import Downloads
    from sandbox.dam.seeding import NewAssets
    from sandbox.s3 import Bucket
    from sandbox.settings import Keys, Settings

#: Download events there are from the start, over so many days.
EVENTS, EVENT_DAYS = 40_000, 180
#: Assets and users that events speak of although they do not exist any more.
GONE_ASSETS, GONE_USERS = 5, 1


class Dam:
    """Dash, the DAM.

    Args:
        settings: seed and last day count on the first start of a data folder only.
        keys: of the folder.
        bucket: where uploaded originals go.
    """

    def __init__(self, settings: Settings, keys: Keys, bucket: Bucket) -> None:
        self.store = Store(settings.data / "dam.sqlite3")
        self.variant = Variant()
        self.permissions = Permissions(self.store)
        self.catalogue = Catalogue(self.store, lambda: self.variant, f"{bucket.front_url}/previews", self.permissions)
        self.scrolls = Scrolls(self.catalogue)
        self.tokens = Tokens(keys, self.store, demo.CURRENT_USER_ID)
        self.jobs = JobBook(self.store, lambda: self.variant, demo.CURRENT_USER_ID)
        self.jobs.register(LifecycleJobs(self.catalogue, self.permissions), EditJobs(self.catalogue, self.permissions))
        self.uploads = Uploads(self.store, bucket, lambda: self.variant, demo.CURRENT_USER_ID, self._require_creating)
        self.jobs.register(*self.uploads.job_types)
        self._changes_at_start: int | None = None
        self._beginning: sqlite3.Connection | None = None
        if self.store.note("seed") is None:
            yesterday = datetime.now(UTC).date() - timedelta(days=1)
            self._begin(settings.seed, settings.last_day or yesterday)

    def _require_creating(self) -> None:
        self.permissions.require("ASSETS", "CREATE_ASSETS")

    def _begin(self, seed: int, last_day: date) -> None:
        """Fill the empty store; the seed comes last, so that a start that was killed is begun anew."""
        self.store.clear()
        demo.make_account(seed, last_day).keep(self.store)
        recipe = Spread(seed=seed, count=EVENTS, last_day=last_day, days=EVENT_DAYS)
        self.store.add_batch(EVENTS, recipe.model_dump_json())
        self.store.keep_note("last_day", last_day.isoformat())
        self.store.keep_note("seed", str(seed))
        self._changes_at_start = self.store.changes

    @property
    def seed(self) -> int:
        """Of all demo data."""
        return int(self.store.note("seed") or 0)

    @property
    def last_day(self) -> date:
        """The last day with demo data, UTC."""
        return date.fromisoformat(self.store.note("last_day") or "")

    @cached_property
    def downloads(self) -> Downloads:
        """Made on first use: the import takes 0.2 s, and not everybody asks for events."""
        from sandbox.dam.events.downloads import Downloads  # noqa: PLC0415 - see above
        from sandbox.dam.events.drawing import Cast  # noqa: PLC0415 - as above

        account = demo.make_account(self.seed, self.last_day)
        draw = random.Random(f"gone {self.seed}")
        gone = [demo.draw_id(draw) for _ in range(GONE_ASSETS)]
        assets = [*(asset.id for asset in account.asset), *gone]
        files = [*(asset.file_id for asset in account.asset), *(demo.draw_id(draw) for _ in [*gone, *assets])]
        people = [user.id for user in account.user if user.id != demo.CURRENT_USER_ID]
        people += [f"auth0|{draw.randrange(10**20):020x}" for _ in range(GONE_USERS)]
        cast = Cast(assets, files, people, [portal.id for portal in account.portal], demo.CURRENT_USER_ID)
        downloads = Downloads(self.store, cast, self.seed)
        downloads.set_variant(self.variant)
        return downloads

    def set_variant(self, variant: Variant) -> None:
        """Let this hold from the next request on."""
        self.variant = variant
        self.jobs.straighten()
        if "downloads" in vars(self):
            self.downloads.set_variant(variant)

    def add_assets(self, wanted: NewAssets) -> list[str]:
        """More demo assets; their ids."""
        return Seeder(self.store, self.seed, self.last_day).add(wanted)

    def reset(self) -> None:
        """As on the first start."""
        self.set_variant(Variant())
        self.scrolls.clear()
        self.uploads.reset()
        if self.store.changes != self._changes_at_start:
            self._begin_again()
            vars(self).pop("downloads", None)

    def _begin_again(self) -> None:
        """Every test does; so what it is filled with is kept, once somebody has."""
        if self._beginning is None:
            self._begin(self.seed, self.last_day)
            self._beginning = self.store.copy()
        else:
            self.store.restore(self._beginning)
            self._changes_at_start = self.store.changes

    def state(self) -> dict[str, Any]:
        """Counts of what is held."""
        return {"assets": self.store.assets_by_state(), "download_events": self.store.events()}

    def close(self) -> None:
        """Close the store."""
        self.store.close()
        if self._beginning is not None:
            self._beginning.close()
