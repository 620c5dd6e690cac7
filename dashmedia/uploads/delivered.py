"""Assets that a lost ledger knew of: staged by us in its gap, in the folder, with the very bytes."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.asset_lookup import ANY_STATE
from dashmedia.dam.asset_walk import walk_assets
from dashmedia.dam.criteria import Equals, Range
from dashmedia.dam.field_refs import Fixed
from dashmedia.errors import TwinAssetError
from dashmedia.uploads.delivery import folder_of, versioned
from dashmedia.uploads.orphans import CLOCKS_DIFFER
from dashmedia.uploads.paths import safe_name
from dashmedia.uploads.proof import Proof, prove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset
    from dashmedia.ledger.gaps import Gap
    from dashmedia.uploads.delivery import Delivery
    from dashmedia.uploads.places import Places
    from dashmedia.uploads.recorder import Recorder


class Delivered:
    """Finds them, and takes them over.

    Args:
        client: the service.
        recorder: writes down whose they are.
        places: the folders.
        gap: the time of which the ledger knows nothing; None when there is none, then nothing is looked for.
    """

    def __init__(self, client: DashClient, recorder: Recorder, places: Places, gap: Gap | None) -> None:
        self._client, self._recorder, self._places, self._gap = client, recorder, places, gap
        self._lock = Lock()

    def rest_of(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Those that have no asset yet; what has one is ready afterwards, and what may have one is set aside."""
        if self._gap is None:
            return list(deliveries)
        return [each for each in deliveries if versioned(each) is not None or not self._is_there(each)]

    def _is_there(self, delivery: Delivery) -> bool:
        proofs = [(asset, self._proof(asset, delivery)) for asset in self._alike(delivery)]
        same = next((asset for asset, proof in proofs if proof is Proof.BYTES), None)
        if same is not None:
            self._recorder.adopt(delivery, same.id, "found in Dash after the ledger was restored")
            return True
        # Without a checksum that can be compared nobody knows whether it is a second copy or another original.
        twin = next(
            (asset for asset, proof in proofs if proof is Proof.SIZE and _name(asset) == _wanted(delivery)), None
        )
        if twin is not None:
            self._recorder.fail([delivery], TwinAssetError(delivery.item.filename, twin.id, folder_of(delivery)))
        return twin is not None

    def _alike(self, delivery: Delivery) -> list[Asset]:
        """Assets of the folder with a file of that size."""
        with self._lock:
            staged = self._staged
            is_there = self._places.is_in(folder_of(delivery)) if staged else None
        return [one for one in staged.get(delivery.item.bytes, ()) if is_there and is_there(one)]

    @cached_property
    def _staged(self) -> dict[int | None, list[Asset]]:
        """What we staged in the gap, whatever became of it, by size; read once."""
        found: dict[int | None, list[Asset]] = {}
        if self._gap is not None:
            ours = Equals(Fixed(wire.STAGED_BY), self._client.current_user().user.id)
            # Whole seconds, which the service takes; the end loses less than it was given.
            ends = (self._gap.since - CLOCKS_DIFFER, self._gap.until + CLOCKS_DIFFER)
            times = Range.of_times(Fixed(wire.DATE_STAGED), *(one.replace(microsecond=0) for one in ends))
            for asset in walk_assets(self._client, ANY_STATE & ours & times):
                file = asset.current_asset_file
                found.setdefault(file.size if file else None, []).append(asset)
        return found

    @staticmethod
    def _proof(asset: Asset, delivery: Delivery) -> Proof:
        item = delivery.item
        return prove(asset.current_asset_file, size=item.bytes, md5=item.md5, part_md5s=())


def _name(asset: Asset) -> str | None:
    return asset.current_asset_file.filename if asset.current_asset_file else None


def _wanted(delivery: Delivery) -> str:
    return safe_name(delivery.item.filename)
