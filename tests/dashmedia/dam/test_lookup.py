from __future__ import annotations

import threading

import pytest

from dashmedia.dam.lookup import fetch_each
from dashmedia.errors import AuthError, PermissionDeniedError, RejectedError, TransientError


def test_each_id_is_fetched_once_and_an_empty_one_never():
    asked = []

    found = fetch_each(lambda one: asked.append(one) or one.upper(), ["a", "b", "a", ""])

    assert found == {"": None, "a": "A", "b": "B"}
    assert sorted(asked) == ["a", "b"]


def test_no_ids_are_no_requests():
    assert fetch_each(pytest.fail, []) == {}


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_an_id_that_leads_to_nothing_is_none(status):
    def fetch(one):
        if one == "gone":
            raise (PermissionDeniedError if status == 403 else RejectedError)("GET x", status, "no")
        return one

    assert fetch_each(fetch, ["a", "gone"]) == {"a": "a", "gone": None}


@pytest.mark.parametrize(
    "error", [AuthError("GET x", 401, "no"), TransientError("GET x", "down"), RejectedError("GET x", 409, "no")]
)
def test_any_other_trouble_ends_the_look_up(error):
    def fetch(_):
        raise error

    with pytest.raises(type(error)):
        fetch_each(fetch, ["a", "b"])


def test_after_trouble_nothing_new_is_begun():
    asked, never = [], threading.Event()

    def fetch(one):
        asked.append(one)
        if one == "000":
            raise AuthError("GET x", 401, "no")
        never.wait(0.05)

    with pytest.raises(AuthError):
        fetch_each(fetch, (f"{number:03}" for number in range(100)), threads=2)

    assert len(asked) < 100


def test_look_ups_are_under_way_at_once():
    together = threading.Barrier(4, timeout=10)

    found = fetch_each(lambda one: together.wait() >= 0 and one, "abcd", threads=4)

    assert set(found.values()) == set("abcd")
