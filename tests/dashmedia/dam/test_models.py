from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from dashmedia.dam.models import CurrentUser, FieldOption, FolderPath, PermittedAction, User, as_utc

KIM = User(id="auth0|1")
CREATE = PermittedAction(resource_type="ASSETS", action="CREATE_ASSETS")
EDIT_ONE = PermittedAction(resource_type="ASSET", action="EDIT", resource_id="a-1")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"name": "Kim Ito", "email": "kim@acme.example"}, "Kim Ito"),
        ({"first_name": "Kim", "last_name": "Ito"}, "Kim Ito"),
        ({"last_name": "Ito", "email": "kim@acme.example"}, "Ito"),
        ({"email": "kim@acme.example"}, "kim@acme.example"),
        ({}, "auth0|1"),
    ],
)
def test_a_user_is_called_by_the_best_name_there_is(told, shown):
    assert User(id="auth0|1", **told).display_name == shown


def test_a_permission_holds_for_the_type_or_for_one_resource():
    kim = CurrentUser(user=KIM, permitted_actions=frozenset({CREATE, EDIT_ONE}))

    assert kim.may("ASSETS", "CREATE_ASSETS")
    assert kim.may("ASSET", "EDIT", "a-1")
    assert not kim.may("ASSET", "EDIT", "a-2")
    assert not kim.may("ASSET", "EDIT")


def test_where_nothing_is_told_the_service_decides():
    assert CurrentUser(user=KIM).may("ASSETS", "CREATE_ASSETS")


def test_an_option_knows_its_branch_and_its_path():
    ugc = FieldOption(id="o-1", value="UGC")
    month = FieldOption(id="o-2", value="2026-08", parent=ugc)

    assert month.branch == (ugc, month)
    assert month.path == FolderPath(("UGC", "2026-08"))
    assert str(month.path) == "/UGC/2026-08"


def test_a_naive_time_is_utc_and_an_impossible_one_is_refused():
    assert as_utc(datetime(2026, 7, 1)) == datetime(2026, 7, 1, tzinfo=UTC)  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="outside the years"):
        as_utc(datetime.fromisoformat("0001-01-01T00:00:00+10:00"))


def test_models_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        KIM.name = "Lee"
