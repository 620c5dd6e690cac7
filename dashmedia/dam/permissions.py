"""What a run needs to be allowed, asked before it begins anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.errors import ActionNotPermittedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.dam.models import CurrentUser


def require_permissions(current_user: CurrentUser, needed: Iterable[tuple[str, str]]) -> None:
    """Refuse a run whose token may not do what it is about to do. A service that tells nothing forbids nothing.

    Args:
        current_user: from `DashClient.current_user`.
        needed: resource type and action of each, such as `wire.CREATE_ASSETS`.

    Raises:
        ActionNotPermittedError: at least one is missing; it names all that are.
    """
    missing = tuple(one for one in dict.fromkeys(needed) if not current_user.may(*one))
    if missing:
        raise ActionNotPermittedError(wire.CURRENT_USER, current_user.user.display_name, missing)
