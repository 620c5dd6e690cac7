"""What people call the assets, portals and users that events name by id only. Each id is looked up once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dashmedia.dam import wire
from dashmedia.dam.lookup import THREADS, fetch_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset, FieldOption, FolderPath

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AssetName:
    """What people call an asset. It may lie in several folders, sorted, or in none."""

    file_name: str | None
    title: str | None
    folders: tuple[FolderPath, ...]

    @property
    def folder_path(self) -> str | None:
        """All its folders as one text; None when it lies in none."""
        return "; ".join(map(str, self.folders)) or None


class Names:
    """Names by id, for any number of threads. An id that leads to nothing has None for a name, and is counted.

    Args:
        dash: the service.
        threads: look-ups under way at once.
    """

    def __init__(self, dash: DashClient, threads: int = THREADS) -> None:
        self._dash, self._threads = dash, threads
        self._assets = _Cache[AssetName](self._find_assets)
        self._portals = _Cache[str](lambda ids: fetch_each(lambda one: dash.portal(one).name, ids, threads))
        self._users = _Cache[str](lambda ids: fetch_each(lambda one: dash.user(one).display_name, ids, threads))
        self._options = _Cache["FieldOption"](self._find_options)
        self._special_fields: tuple[str, str | None] | None = None

    def assets(self, ids: Iterable[str]) -> dict[str, AssetName | None]:
        """File name, title and folders of each asset."""
        return self._assets.get(ids)

    def portals(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The name of each portal."""
        return self._portals.get(ids)

    def users(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The name of each user; an e-mail address where there is none."""
        return self._users.get(ids)

    @property
    def missing(self) -> dict[str, int]:
        """How many different ids led to nothing so far."""
        caches: dict[str, _Cache[Any]] = {
            "assets": self._assets,
            "portals": self._portals,
            "users": self._users,
            "folders": self._options,
        }
        return {kind: cache.missing for kind, cache in caches.items()}

    def _find_assets(self, ids: set[str]) -> Mapping[str, AssetName | None]:
        folders_id, title_id = self._known_fields()
        found = self._dash.assets(ids, self._threads)
        options = self._options.get(
            one for asset in found.values() if asset for one in asset.values.get(folders_id, ())
        )
        return {key: _name_of(one, folders_id, title_id, options) if one else None for key, one in found.items()}

    def _known_fields(self) -> tuple[str, str | None]:
        """Ids of the field of folders and of the one called Title, if there is one."""
        if self._special_fields is None:
            titles = [one.id for one in self._dash.fields() if one.name.casefold() == wire.TITLE_FIELD.casefold()]
            self._special_fields = self._dash.folder_settings(), titles[0] if titles else None
        return self._special_fields

    def _find_options(self, ids: set[str]) -> dict[str, FieldOption | None]:
        """Options by id, and for nothing those of the branches above them."""
        found = fetch_each(self._dash.field_option, ids, self._threads)
        above = {one.id: one for option in found.values() if option for one in option.branch[:-1]}
        return above | {key: option or above.get(key) for key, option in found.items()}


class _Cache(Generic[T]):
    """Values by id, each found once; None for what is not there."""

    def __init__(self, find: Callable[[set[str]], Mapping[str, T | None]]) -> None:
        self._find = find
        self._found: dict[str, T | None] = {}
        self._lock = threading.Lock()

    def get(self, ids: Iterable[str]) -> dict[str, T | None]:
        """The value of each id; an empty id has none."""
        wanted = set(filter(None, ids))
        with self._lock:
            if new := wanted - self._found.keys():
                self._found.update(dict.fromkeys(new) | dict(self._find(new)))
            return {one: self._found[one] for one in wanted}

    @property
    def missing(self) -> int:
        """Ids without a value."""
        with self._lock:
            return sum(value is None for value in self._found.values())


def _name_of(
    asset: Asset, folders_id: str, title_id: str | None, options: Mapping[str, FieldOption | None]
) -> AssetName:
    titles = asset.values.get(title_id, ()) if title_id else ()
    found = [option for one in asset.values.get(folders_id, ()) if (option := options.get(one))]
    # An asset carries the whole branch of each of its folders: those above another are no folders of their own.
    above = {one.id for option in found for one in option.branch[:-1]}
    return AssetName(
        file_name=asset.current_asset_file.filename if asset.current_asset_file else None,
        title=titles[0] if titles else None,
        folders=tuple(sorted({option.path for option in found if option.id not in above})),
    )
