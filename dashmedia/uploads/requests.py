"""What the service is asked for one original, and what its answer means for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.upload_reading import read_asset_upload
from dashmedia.ledger import OpenUpload
from dashmedia.limits import DAM_PART_LESS_THAN_BYTES, DAM_PART_MORE_THAN_BYTES
from dashmedia.uploads.delivery import Opened, kind_of, versioned
from dashmedia.uploads.plan import PartPlan, asked_part_bytes, part_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dashmedia.dam.job_models import Job
    from dashmedia.dam.upload_reading import AssetUpload
    from dashmedia.uploads.delivery import Delivery
    from dashmedia.uploads.places import Places


class Requests:
    """Bodies and readings.

    Args:
        places: know the path.
        part_bytes: wanted size of a part, in bytes; None for the default.
    """

    def __init__(self, places: Places, part_bytes: int | None) -> None:
        self._places, self._part_bytes = places, part_bytes

    def items(self, deliveries: Iterable[Delivery]) -> dict[str, Any]:
        """The body of a job, each item known by the delivery's `source_id`."""
        return wire.items_body([self.item(each) for each in deliveries])

    def item(self, delivery: Delivery) -> dict[str, Any]:
        """One of them.

        Raises:
            TooManyPartsError: the file is too large for any upload.
            RejectedError: the asset of a version does not exist.
        """
        return self._item(delivery, delivery.item.source_id, versioned(delivery))

    def new_upload(self, delivery: Delivery, asset_id: str | None) -> dict[str, Any]:
        """The body that begins one upload for an asset that exists."""
        return self._item(delivery, None, asset_id)

    def more_urls(self, opened: Opened, numbers: Sequence[int]) -> dict[str, Any]:
        """The body that asks for URLs of these parts of an upload that was begun."""
        plan, size = opened.plan, opened.delivery.item.bytes
        # Parts that the service chose may be smaller than it lets anybody ask for.
        is_askable = DAM_PART_MORE_THAN_BYTES < plan.ends[0] < DAM_PART_LESS_THAN_BYTES
        return wire.upload_item(
            None, self._places.path_of(opened.delivery), size, asked_part_bytes(plan if is_askable else part_plan(size)),
            asset_id=opened.upload.asset_id, upload_id=opened.upload.upload_id,
            urls=[(number, None) for number in numbers],
        )  # fmt: skip

    def read_made(self, job: Job, delivery: Delivery, upload: OpenUpload) -> Opened:
        """What a job made for one delivery.

        Raises:
            ContractError: it cannot be had, or its parts do not cover the file.
        """
        endpoint = wire.job_call("GET", kind_of(delivery))
        asked = asked_part_bytes(part_plan(delivery.item.bytes, self._part_bytes))
        answer = read_asset_upload(
            job.successes[delivery.item.source_id], endpoint=endpoint, size=delivery.item.bytes, part_size=asked,
            asset_id=versioned(delivery),
        )  # fmt: skip
        return self.read_begun(answer, delivery, upload, endpoint)

    def read_begun(
        self, answer: AssetUpload, delivery: Delivery, upload: OpenUpload, endpoint: str = wire.ASSET_UPLOAD
    ) -> Opened:
        """An upload with the URLs of all its parts.

        Raises:
            ContractError: the parts do not cover the file.
        """
        plan = PartPlan.of_urls(answer.parts, delivery.item.bytes, endpoint=endpoint, name=delivery.item.filename)
        known = OpenUpload(upload.request_key, upload.submitted_at, answer.asset_id, answer.id, plan.kept)
        return Opened(delivery, known, {part.number: part.url for part in answer.parts})

    def _item(self, delivery: Delivery, batch_item_id: str | None, asset_id: str | None) -> dict[str, Any]:
        part_bytes = asked_part_bytes(part_plan(delivery.item.bytes, self._part_bytes))
        path = self._places.path_of(delivery)
        return wire.upload_item(batch_item_id, path, delivery.item.bytes, part_bytes, asset_id=asset_id)
