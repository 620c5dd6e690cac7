"""Where in the DAM an original goes, as the path that is sent, and which assets are there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dashmedia.dam.schema import Schema
from dashmedia.uploads.delivery import folder_of, versioned
from dashmedia.uploads.paths import upload_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset
    from dashmedia.uploads.delivery import Delivery


class Places:
    """Folders of the account, asked for when they are needed.

    Args:
        client: the service.
    """

    def __init__(self, client: DashClient) -> None:
        self._client = client
        self._folders: dict[str, str] = {}

    @cached_property
    def _schema(self) -> Schema:
        return Schema.load(self._client)

    def path_of(self, delivery: Delivery) -> str:
        """Folders and file name; a new version is named beneath the folder in which its asset lies.

        Raises:
            RejectedError: the asset of a version does not exist.
        """
        asset_id = versioned(delivery)
        folder = folder_of(delivery) if asset_id is None else self._folder_of_asset(asset_id)
        return upload_path(folder, delivery.item.filename)

    def is_in(self, folder: str) -> Callable[[Asset], bool]:
        """Whether an asset lies directly in that folder, and in no other."""
        field_id = self._schema.folder_field.id
        # A job whose answer was lost may have made the folder since it was last asked for.
        self._schema.forget_options()
        option = None if folder == "/" else self._schema.find_folder(folder)
        if option is None:
            return lambda asset: folder == "/" and not asset.values.get(field_id)
        # An asset names the whole branch, or its last folder alone.
        branch = {each.id for each in option.branch}
        return lambda asset: option.id in (values := set(asset.values.get(field_id, ()))) and values <= branch

    def _folder_of_asset(self, asset_id: str) -> str:
        if asset_id not in self._folders:
            named = self._schema.named_values(self._client.asset(asset_id))
            folders = named.get(self._schema.folder_field.name) or ("/",)
            self._folders[asset_id] = folders[0]
        return self._folders[asset_id]
