"""The comparison as people run it: it ends green or says what breaks, and leaves tables that say what to do."""

import json
from pathlib import Path

import pytest
import yaml
from support.running import artifacts_of

from flows.contract_check import contract_check

DATA = Path(__file__).parents[1] / "dashmedia/contract/data"


@pytest.fixture
def changed(tmp_path):
    """Dash Social's file, in which a create takes another member and answers have lost one."""
    document = yaml.safe_load((DATA / "dash-social.yaml").read_text())
    create = document["paths"]["/brands/{id}/media"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    create["properties"]["sourceId"] = create["properties"].pop("source_id")
    create["required"] = ["sourceId" if name == "source_id" else name for name in create["required"]]
    issued = document["paths"]["/media_upload_url"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    issued |= {"properties": {"signed_url": issued["properties"].pop("url")}, "required": ["signed_url"]}
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    return str(tmp_path / "openapi.json")


def test_a_file_that_agrees_ends_green_and_says_so(prefect):
    state = contract_check("dash", str(DATA / "dash.yaml"), return_state=True)

    left = artifacts_of(prefect, state)
    assert state.is_completed()
    assert left["contract-summary"].data.startswith(
        "# Our calls agree with the file\n\n**What to do next**\n\n- Nothing."
    )
    assert json.loads(left["contract-differences"].data) == [{"difference": "none"}]
    assert "so" in json.loads(left["contract-settled"].data)[0]


def test_a_difference_that_breaks_a_call_fails_the_run_and_names_the_place(prefect, changed):
    state = contract_check("dash-social", changed, return_state=True)

    left = artifacts_of(prefect, state)
    row, note = json.loads(left["contract-differences"].data)
    assert state.is_failed()
    assert "POST brands/media request source_id: ours sent; theirs sourceId." in state.message
    assert (row["weight"], row["what"], row["to do"][:7], note["weight"]) == (
        "breaks a call",
        "renamed",
        "Correct",
        "a note",
    )
    assert left["contract-summary"].data.startswith("# 1 difference would break our calls")
    assert "- Change what docs/contract.md says about: media_upload_url" in left["contract-summary"].data


def test_a_page_in_the_place_of_a_file_fails_with_one_sentence(prefect, tmp_path):
    (tmp_path / "page.html").write_text("<html>Our API</html>")

    state = contract_check("dash", str(tmp_path / "page.html"), return_state=True)

    assert state.is_failed()
    assert "is a web page" in state.message
    assert "Traceback" not in state.message
