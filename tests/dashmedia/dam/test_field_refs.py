from __future__ import annotations

import pytest

from dashmedia.dam.field_refs import Custom, Fixed, Plain
from dashmedia.errors import CriterionError


@pytest.mark.parametrize(("v1", "v2"), [("DATE_ADDED", "DATE_LIVE"), ("ADDED_BY", "STAGED_BY")])
@pytest.mark.parametrize("kind", [Fixed, Plain])
def test_a_name_of_v1_is_refused_with_its_name_in_v2(kind, v1, v2):
    with pytest.raises(CriterionError, match=f"{v1} is a field of API v1; in v2 it is called {v2}"):
        kind(v1)


@pytest.mark.parametrize(("kind", "name"), [(Fixed, ""), (Plain, None), (Custom, ""), (Custom, 7)])
def test_a_field_without_a_name_is_refused(kind, name):
    with pytest.raises(CriterionError, match="expected its"):
        kind(name)


def test_a_field_is_said_in_words():
    assert str(Fixed("DATE_LIVE")) == "date live"
    assert str(Plain("USER_TYPE")) == "user type"
    assert str(Custom("f-1")) == "field f-1"
    assert str(Custom("f-1", label="Usage rights")) == "“Usage rights”"


def test_a_label_makes_no_difference():
    assert Custom("f-1", label="Title") == Custom("f-1")
    assert len({Custom("f-1", label="Title"), Custom("f-1")}) == 1
