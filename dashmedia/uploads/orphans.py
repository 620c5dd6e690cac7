"""Assets that a job of ours made and never told us of: staged by us, without a file, and nobody else's.

An asset without a file says nothing of the original it was made for, only its folder, who staged it and when. So those of one
folder are as good as one another for the originals that were lost there, and none is taken while it could be another
run's: not one that the ledger knows, and none at all while another run waits for assets in the same folder, or when
there are more of them than the ledger can account for.
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.asset_walk import walk_assets
from dashmedia.dam.criteria import Equals, Range
from dashmedia.dam.field_refs import Fixed
from dashmedia.errors import OrphansUnclearError, SchemaError
from dashmedia.uploads.delivery import folder_of
from dashmedia.uploads.paths import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset
    from dashmedia.ledger import Key, Ledger, Run
    from dashmedia.uploads.delivery import Delivery
    from dashmedia.uploads.places import Places

#: Pauses before each look, in seconds: a job whose answer was lost may still be at work.
LOOKS_S = (1.0, 2.0, 4.0, 8.0)

#: The service's clock and ours may differ by so much.
CLOCKS_DIFFER = timedelta(minutes=2)


class Orphans:
    """Finds them.

    Args:
        client: the service.
        ledger: knows what belongs to whom.
        run: ours.
        places: the folders.
        sleep: how to wait, in seconds.
    """

    def __init__(
        self,
        client: DashClient,
        ledger: Ledger,
        run: Run,
        places: Places,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._ledger, self._run, self._places = client, ledger, run, places
        self._sleep = sleep

    def find(self, lost: Sequence[Delivery], since: datetime) -> dict[Key, str]:
        """The asset of each of `lost` whose asset exists; the job made nothing for the others.

        Only while no job of this process is making assets: see `Turns`.

        Args:
            lost: of one folder.
            since: when the job was sent.

        Raises:
            OrphansUnclearError: another run, or somebody else under our login, is making assets there.
        """
        found: list[Asset] = []
        keys = {each.item.key for each in lost}
        waiting = self._ledger.open_uploads.waiting(self._run, keys)
        for pause_s in LOOKS_S:
            self._sleep(pause_s)
            found = self._search(lost, since)
            # Asked after the search: whatever it found was made by then, and who waits for it is known.
            waiting = self._ledger.open_uploads.waiting(self._run, keys)
            if len(found) >= len(lost) and not waiting.held:
                break
        if found and (waiting.held or len(found) > len(lost) + waiting.left):
            raise _unclear(lost, found, waiting.held)
        return self._matched(lost, self._free(found))

    @cached_property
    def _user_id(self) -> str:
        return self._client.current_user().user.id

    def _search(self, lost: Sequence[Delivery], since: datetime) -> list[Asset]:
        """Assets without a file in the folder of `lost`, the oldest first."""
        folder = folder_of(lost[0])
        try:
            is_there = self._places.is_in(folder)
        except SchemaError as error:
            raise OrphansUnclearError(
                f"Whether a lost job made assets in {folder} cannot be told: {error} Mend that, then run again."
            ) from error
        names = {safe_name(each.item.filename) for each in lost}
        found = walk_assets(self._client, self._criterion(since))
        return self._free(
            [each for each in found if is_there(each) and _is_blank(each) and _may_be(each, names)], look=False
        )

    def _criterion(self, since: datetime) -> Criterion:
        earliest = (since - CLOCKS_DIFFER).replace(microsecond=0)
        return (
            Equals(Fixed(wire.LIFECYCLE_STATE), wire.STAGED)
            & Equals(Fixed(wire.STAGED_BY), self._user_id)
            & Range.of_times(Fixed(wire.DATE_STAGED), earliest)
        )

    def _free(self, found: list[Asset], *, look: bool = True) -> list[Asset]:
        """Those that the ledger has no upload for and, if we `look`, that are still without a file."""
        known = self._ledger.open_uploads.owners([each.id for each in found])
        return [each for each in found if each.id not in known and (not look or _is_blank(self._client.asset(each.id)))]

    def _matched(self, lost: Sequence[Delivery], free: list[Asset]) -> dict[Key, str]:
        """Those that name their file go to that file, the others to whoever is left."""
        matched: dict[Key, str] = {}
        for each in lost:
            name = safe_name(each.item.filename)
            chosen = next((one for one in free if _name(one) == name), None)
            chosen = chosen or next((one for one in free if _name(one) is None), None)
            if chosen is not None:
                free.remove(chosen)
                matched[each.item.key] = chosen.id
        return matched


def _name(asset: Asset) -> str | None:
    return asset.current_asset_file.filename if asset.current_asset_file else None


def _is_blank(asset: Asset) -> bool:
    file = asset.current_asset_file
    return file is None or (file.size is None and not file.checksum)


def _may_be(asset: Asset, names: set[str]) -> bool:
    return _name(asset) is None or _name(asset) in names


def _unclear(lost: Sequence[Delivery], found: Sequence[Asset], held: int) -> OrphansUnclearError:
    who = f"another run waits for {held} there" if held else "somebody else makes assets there under the same login"
    return OrphansUnclearError(
        f"{len(lost)} originals for {folder_of(lost[0])} were asked for in a job whose answer was lost. {len(found)} assets "
        f"without a file are there, and {who}, so none was taken. Run again when that is done; if nobody is at work, "
        "remove those assets in Dash."
    )
