"""Links in reports: to pages that exist, and never with what nobody must read."""

import json
from datetime import date
from urllib.parse import unquote

import pytest
from prefect.settings import PREFECT_UI_URL, temporary_settings

from dashmedia.jobs.pace import JobPace
from tasks import links

DEPLOYMENT = "0f1a4f5e-7c55-4a0e-9a53-0c7d3e6f2b11"


@pytest.fixture
def ui():
    with temporary_settings({PREFECT_UI_URL: "http://prefect.example"}):
        yield "http://prefect.example"


def test_an_artifact_is_linked_where_the_address_of_the_ui_is_known(ui):
    assert links.to_artifact("the plan", DEPLOYMENT, "plan") == f"[the plan]({ui}/artifacts/artifact/{DEPLOYMENT})"


def test_without_an_address_the_artifact_is_named():
    with temporary_settings({PREFECT_UI_URL: ""}):
        assert links.to_artifact("the plan", DEPLOYMENT, "plan") == "the plan (artifact `plan`)"


def test_a_run_without_a_deployment_has_no_form_and_outside_of_a_run_there_is_no_run(ui):
    assert links.to_form("run it again") == "run it again"
    assert links.to_run("this run") == "this run"


def test_the_form_of_the_deployment_is_linked_with_what_changes(ui, monkeypatch):
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", DEPLOYMENT)

    link = links.to_form("run it again", dry_run=False)

    address, _, query = link.removeprefix("[run it again](").removesuffix(")").partition("?parameters=")
    assert address == f"{ui}/deployments/deployment/{DEPLOYMENT}/run"
    assert json.loads(unquote(unquote(query))) == {"dry_run": False}


def test_parameters_of_every_kind_are_filled_in():
    query = links.filled_in({"first_day": date(2026, 11, 1), "brand_ids": (4242,), "pace": JobPace(), "limit": None})

    given = json.loads(unquote(unquote(query.removeprefix("?parameters="))))
    assert given["first_day"] == "2026-11-01"
    assert given["brand_ids"] == [4242]
    assert given["pace"]["budget_s"] == 3600
    assert given["limit"] is None


@pytest.mark.parametrize("source", ["https://bucket.example/ugc.csv?X-Amz-Signature=abc", "/srv/" + "long" * 500])
def test_what_may_be_signed_or_is_too_long_is_left_to_be_filled_in_by_hand(source):
    assert links.filled_in({"source": source}) == ""
