"""What our readers use is learnt from the readers themselves."""

import pytest

from dashmedia.contract.calls import Call
from dashmedia.contract.learning import Member, Sample, changed
from dashmedia.contract.recording import ByKey, spelled, watched
from dashmedia.errors import ContractError


def read(apis):
    """A reader with a needed member under two names, one that is used, and one that is only looked at."""
    answer = apis.api.call("GET", "/x", endpoint="GET x")
    found = answer.get("id") or answer.get("uploadId")
    if not isinstance(found, str):
        raise ContractError("GET x", "id", "nothing", "text")
    answer.get("hint")
    return found, answer.get("size")


SAMPLE = {"id": "a", "size": 3, "hint": 1, "more": 2}


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("id", Member(is_needed=True, is_used=True, others=("uploadId",))),
        ("size", Member(is_needed=False, is_used=True)),
        ("hint", Member(is_needed=False, is_used=False)),
        ("more", Member(is_needed=False, is_used=False)),
    ],
)
def test_taking_a_member_away_tells_what_it_is_good_for(name, member):
    assert Sample(Call(read, (SAMPLE,)), SAMPLE).member((name,)) == member


@pytest.mark.parametrize(("value", "taken"), [("b", True), (7, None), (None, None)])
def test_another_value_is_tried_on_the_reader(value, taken):
    assert Sample(Call(read, (SAMPLE,)), SAMPLE).takes(("id",), value) is taken


def test_a_value_that_reads_as_nothing_is_a_fact_lost():
    assert Sample(Call(read, (SAMPLE,)), SAMPLE).takes(("size",), None) is False


def test_members_of_every_entry_and_of_every_key_are_changed_in_a_copy():
    answer = {"rows": [{"id": 1}, {"id": 2}], "by": ByKey({"k": {"id": 3}, "l": {"id": 4}})}

    without = changed(answer, ("rows", "[]", "id"), lambda holder, name: holder.pop(name))
    renamed = changed(answer, ("by", "{}", "id"), lambda holder, name: holder.update(key=holder.pop(name)))

    assert without["rows"] == [{}, {}]
    assert renamed["by"] == {"k": {"key": 3}, "l": {"key": 4}}
    assert answer["rows"] == [{"id": 1}, {"id": 2}]
    assert isinstance(without["by"], ByKey)


def test_every_look_at_a_member_is_seen_there_or_not():
    asked = set()

    answer = {"type": "x"} | watched({"rows": [{"id": 1}]}, asked)
    found = [answer.get("none"), "total" in answer, answer["rows"][0]["id"]]

    assert found == [None, False, 1]
    assert {spelled(path) for path in asked} == {"none", "total", "rows", "rows[].id"}
