from __future__ import annotations

import pickle

import pytest

from dashmedia.dam import wire
from dashmedia.dam.models import CurrentUser, PermittedAction, User
from dashmedia.dam.permissions import require_permissions
from dashmedia.errors import ActionNotPermittedError, PermissionDeniedError

KIM = User(id="auth0|1", name="Kim Ito")
MAY_CREATE = PermittedAction(resource_type="ASSETS", action="CREATE_ASSETS")


def test_whoever_may_do_it_goes_on():
    require_permissions(CurrentUser(user=KIM, permitted_actions=frozenset({MAY_CREATE})), [wire.CREATE_ASSETS])


def test_a_service_that_tells_nothing_forbids_nothing():
    require_permissions(CurrentUser(user=KIM), [wire.CREATE_ASSETS])


def test_everything_that_is_missing_is_named_at_once():
    kim = CurrentUser(user=KIM, permitted_actions=frozenset({MAY_CREATE}))

    with pytest.raises(PermissionDeniedError) as raised:
        require_permissions(kim, [wire.CREATE_ASSETS, ("FIELDS", "CREATE"), ("PORTALS", "VIEW"), ("FIELDS", "CREATE")])

    assert str(raised.value) == (
        "Kim Ito may not CREATE on FIELDS and VIEW on PORTALS: GET current-user does not list it. Nothing was begun. "
        "Ask an administrator to grant it, or use a token that has it."
    )
    assert raised.value.actions == (("FIELDS", "CREATE"), ("PORTALS", "VIEW"))


def test_the_error_survives_the_way_to_another_process():
    error = ActionNotPermittedError("GET current-user", "Kim", (wire.CREATE_ASSETS,))

    again = pickle.loads(pickle.dumps(error))

    assert (str(again), again.status, again.actions) == (str(error), 403, (("ASSETS", "CREATE_ASSETS"),))
