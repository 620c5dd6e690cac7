"""The two batch jobs that open uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam.jobs.job_type import Item, JobType
from sandbox.dam.parsing import parsed
from sandbox.dam.refusal import RefusedError
from sandbox.dam.uploads.bodies import NewFileItem, NewFileItems, NewVersionItem, NewVersionItems

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.uploads.addresses import Addresses
    from sandbox.dam.uploads.opening import Opening


class UploadJob(JobType):
    """What both have in common.

    Args:
        opening: makes the uploads.
        addresses: issues their URLs.
        require_permission: refuses whoever may not do this.
    """

    body: type[NewFileItems | NewVersionItems]

    def __init__(self, opening: Opening, addresses: Addresses, require_permission: Callable[[], None]) -> None:
        self.opening = opening
        self.addresses = addresses
        self.require_permission = require_permission

    def parse(self, body: Any) -> list[Item]:
        """By `batchItemId`.

        Raises:
            RefusedError: 400 or 403.
        """
        self.require_permission()
        items = parsed(self.body, body).items
        keys = [item.batch_item_id for item in items]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise RefusedError(400, f"batchItemId {twice!r} is there more than once.")
        return [(item.batch_item_id, item.model_dump(by_alias=True)) for item in items]


class NewAssets(UploadJob):
    """`POST /asset-and-upload-batch-jobs`."""

    path = "asset-and-upload-batch-jobs"
    body = NewFileItems

    def apply(self, _: str, item: Any) -> dict[str, Any]:
        """An asset and its upload."""
        new = NewFileItem.model_validate(item)
        return self.addresses.issue(self.opening.for_new_asset(new), new.part_urls_request)


class NewVersions(UploadJob):
    """`POST /asset-upload-batch-jobs`."""

    path = "asset-upload-batch-jobs"
    body = NewVersionItems

    def apply(self, _: str, item: Any) -> dict[str, Any]:
        """An upload for an asset that is there."""
        new = NewVersionItem.model_validate(item)
        return self.addresses.issue(self.opening.for_asset(new), new.part_urls_request)
