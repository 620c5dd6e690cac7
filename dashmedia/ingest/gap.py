"""Looking into a library for what a restored ledger does not know of."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dashmedia.ledger.gaps import Gap
    from dashmedia.social.client import SocialClient
    from dashmedia.social.models import Media


class GapLook:
    """One for all batches of a run.

    Args:
        gap: the time of which the ledger knows nothing.
    """

    def __init__(self, gap: Gap) -> None:
        self._gap = gap
        self._listed: dict[int, dict[str, Media]] = {}
        self._lock = Lock()

    def find(self, client: SocialClient, brand_id: int, wanted: Mapping[str, date]) -> dict[str, Media]:
        """Those of `wanted` (`source_id` → day of its `source_created_at`) that the brand holds."""
        # What has no capture time was dated by the lost run, and would be dated otherwise by this one.
        listed = self._of_gap(client, brand_id)
        found = {source_id: listed[source_id] for source_id in wanted if source_id in listed}
        rest = {source_id: day for source_id, day in wanted.items() if source_id not in found}
        return found | client.find_media(brand_id, rest)

    def _of_gap(self, client: SocialClient, brand_id: int) -> dict[str, Media]:
        """What the brand has from the days of the gap, listed once; of two with one `source_id`, the first."""
        with self._lock:
            if brand_id not in self._listed:
                media = client.list_media(brand_id, self._gap.since.date(), self._gap.until.date())
                in_order = sorted(media, key=lambda one: one.id, reverse=True)
                self._listed[brand_id] = {one.source_id: one for one in in_order if one.source_id}
            return self._listed[brand_id]
