from __future__ import annotations

import pytest

from dashmedia.dam.edits import Edit, Operation, edit_body
from dashmedia.dam.selectors import ById
from dashmedia.errors import CriterionError


def test_the_body_of_an_edit_job():
    body = edit_body(ById(("a-1",)), [Edit(Operation.ADD, "f-1", ("x", "y")), Edit(Operation.CLEAR, "f-2")])

    assert body == {
        "selector": {"type": "BY_ID", "ids": ["a-1"]},
        "edits": [
            {"type": "ADD", "fieldId": "f-1", "values": ["x", "y"]},
            {"type": "CLEAR", "fieldId": "f-2", "values": []},
        ],
    }


@pytest.mark.parametrize(("operation", "values"), [(Operation.CLEAR, ("x",)), (Operation.ADD, ())])
def test_an_edit_with_too_many_or_too_few_values_is_refused(operation, values):
    with pytest.raises(CriterionError, match=f"{operation} of field f-1 has {len(values)} values"):
        Edit(operation, "f-1", values)


def test_a_job_without_edits_is_refused():
    with pytest.raises(CriterionError, match="no edits"):
        edit_body(ById(("a-1",)), [])
