from __future__ import annotations

import pytest

from dashmedia.dam.criteria import And
from dashmedia.dam.criteria_json import criterion_from_json, criterion_to_json
from dashmedia.dam.schema import has_value, in_folder, in_no_folder, is_value
from dashmedia.errors import CriterionError, FolderMissingError, SchemaError


def test_criteria_by_names_compose_and_read_as_a_sentence(schema):
    wanted = (
        in_folder(schema, "/ugc")
        & has_value(schema, "title")
        & is_value(schema, "Usage rights", "Social", "Web")
        & ~is_value(schema, "Creator", "Kim")
    )

    assert str(wanted) == (
        "“Folders” is /UGC and not (“Title” is empty) and “Usage rights” is Social or Web and not (“Creator” is Kim)"
    )
    assert criterion_from_json(criterion_to_json(wanted)) == wanted
    assert str(in_no_folder(schema)) == "“Folders” is empty"


def test_a_folder_holds_what_lies_beneath_it(schema, live):
    def count(criterion):
        return live.search_assets(criterion, 0, 1).total

    below = sum(count(in_folder(schema, f"/UGC/2026-{month}")) for month in ("08", "09", "10"))

    assert 0 < below <= count(in_folder(schema, "/UGC"))
    assert count(in_no_folder(schema)) == 0
    assert count(has_value(schema, "Title")) + count(~has_value(schema, "Title")) == count(And(()))
    both = is_value(schema, "Usage rights", "Social", "Web")
    assert count(both) == sum(count(is_value(schema, "Usage rights", one)) for one in ("Social", "Web"))


def test_names_that_are_none_are_refused(schema):
    with pytest.raises(FolderMissingError, match="There is no folder /UGC/2031-02"):
        in_folder(schema, "/UGC/2031-02")
    with pytest.raises(SchemaError, match="Did you mean “Social”"):
        is_value(schema, "Usage rights", "Socials")
    with pytest.raises(SchemaError, match="expected it as in 2027-01-31"):
        is_value(schema, "Rights expire", "soon")
    with pytest.raises(CriterionError, match="one of no values"):
        is_value(schema, "Usage rights")
