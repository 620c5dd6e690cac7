"""What the caller may do, section 4 of the contract: everything, until it is taken away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sandbox.dam.refusal import RefusedError
from sandbox.dam.shapes import permitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.dam.store import Store

#: What belongs to no single resource; `GET /current-user` lists it.
ACCOUNT_ACTIONS = (("ASSETS", "CREATE_ASSETS"),)
#: On each asset, as far as they are documented. What else may be done to an asset is known only by what a search looks
#: for (`SEARCH_FOR_EDIT`, section 8.1): `EDIT` can be taken away, but nobody knows its name here, so it is not shown.
ASSET_ACTIONS = ("ADD_ASSET_TO_COLLECTION",)
OPTION_ACTIONS = ("UPDATE_METADATA_WITH_FIELD_OPTION",)
NOTE = "taken_permissions"


class Permission(NamedTuple):
    """One action on one kind of resource; `resource_id` None: on all of them."""

    resource: str
    action: str
    resource_id: str | None = None


class Permissions:
    """Who may what; what was taken away survives a restart."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def taken(self) -> frozenset[Permission]:
        """What the caller may not do."""
        return frozenset(Permission(*one) for one in json.loads(self.store.note(NOTE) or "[]"))

    def take(self, permissions: Iterable[Permission]) -> None:
        """Take these away too."""
        self.store.keep_note(NOTE, json.dumps(sorted(self.taken | set(permissions), key=str)))

    def give_back(self) -> None:
        """Allow everything again."""
        self.store.keep_note(NOTE, "[]")

    def may(self, resource: str, action: str) -> bool:
        """Whether the caller may do it at all."""
        return Permission(resource, action) not in self.taken

    def require(self, resource: str, action: str) -> None:
        """Let it pass if the caller may do it at all.

        Raises:
            RefusedError: 403.
        """
        if not self.may(resource, action):
            raise RefusedError(403, f"Access is denied: {action} on {resource} is not permitted.")

    def barred(self, resource: str, action: str) -> frozenset[str]:
        """Ids of those single resources on which the caller may not do it."""
        return frozenset(one.resource_id for one in self.taken if one.resource_id and one[:2] == (resource, action))

    def of_account(self) -> list[dict[str, str | None]]:
        """As `GET /current-user` tells it."""
        taken = self.taken
        return [permitted(*one) for one in ACCOUNT_ACTIONS if Permission(*one) not in taken]

    def of(self, resource: str, actions: Iterable[str], ids: Iterable[str]) -> Iterator[list[dict[str, str | None]]]:
        """For each of these resources, what stands beside it."""
        taken = self.taken
        left = [action for action in actions if Permission(resource, action) not in taken]
        for one in ids:
            allowed = [action for action in left if Permission(resource, action, one) not in taken]
            yield [permitted(resource, action, one) for action in allowed]
