"""The UI as the media team sees it: what the forms say, what a run leaves to read, and what nobody must ever read."""

import re
from pathlib import Path

import pytest
import yaml
from support.leak_search import everything_told, find_leaks
from support.promoting import seed, states_of

from sandbox.media import make_media

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = [each["name"] for each in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]]


@pytest.fixture(scope="module")
def assets(stage):
    """Three assets that satisfy the rules; the run that is to move them waits for an answer while other tests look around."""
    return seed(stage.sandbox, 3)


@pytest.fixture(scope="module")
def asked(stage, assets):
    return stage.start_run("promote-lifecycle", approval="ask", rules=[RULE])


RULE = {
    "name": "titled", "transition": "STAGED_TO_PENDING_APPROVAL", "folder": "/UGC/2026-10", "file_types": [],
    "criterion": {
        "type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "FILENAME"}, "value": "seeded.jpg",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def dry_run(stage, screen, tmp_path_factory, asked):
    """What the summary of a dry run says, that was started from the form; the summary is on the screen."""
    media = make_media(tmp_path_factory.mktemp("ugc"), seed=7)
    screen.visit_form(stage.deployment("ingest-ugc"))
    screen.fill("Source", media.manifest)
    screen.switch("Dry run")
    return read_summary(stage, screen, screen.submit_form())


@pytest.fixture(scope="module")
def delivered(stage, screen, dry_run):
    """The same for the run that the dry run's summary leads to."""
    screen.follow("run it again")
    screen.wait_for_form()
    return read_summary(stage, screen, screen.submit_form())


@pytest.fixture(scope="module")
def approved(stage, screen, assets, asked):
    """What the page of a run says whose plan was approved in its form, but for one asset; and the form's own words."""
    stage.wait_for_state(asked, "Paused")
    screen.visit(f"runs/flow-run/{asked}", "Paused")
    screen.answer_form()
    form = screen.text
    screen.switch("Approve")
    screen.field("Exclude").get_by_role("button", name="Add item").click()
    screen.fill("Exclude", assets[0])
    screen.fill("Words", "not the first")
    screen.page.get_by_role("button", name="Submit").click()
    return form, read_summary(stage, screen, asked, "promotion-summary")


def read_summary(stage, screen, run_id, key="ingest-summary"):
    """What a person reads on the page of a run's summary, once the run has ended well."""
    stage.wait_for_state(run_id, "Completed")
    screen.visit(f"runs/flow-run/{run_id}", "Completed")
    screen.visit(f"artifacts/artifact/{stage.artifacts(run_id)[key]}", "What to do next")
    return screen.text


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_run_form_has_a_title_help_and_default_for_each_parameter(stage, screen, asked, name):
    deployment = stage.deployment(name)
    wanted = sorted(deployment["parameter_openapi_schema"]["properties"].items(), key=lambda one: one[1]["position"])

    screen.visit_form(deployment)

    shown = screen.read_form()
    assert [one["title"].removesuffix(" (Optional)") for one in shown] == [field["title"] for _, field in wanted]
    assert not [name for name, field in wanted if field["title"] == name], "a title is not a variable's name"
    for (parameter, field), one in zip(wanted, shown, strict=True):
        assert plain(one["help"]) == plain(field["description"]), parameter
        default = deployment["parameters"].get(parameter, field.get("default"))
        if isinstance(default, str | int) and "format" not in field:
            assert one["value"].strip() == (str(default).lower() if isinstance(default, bool) else str(default)), (
                parameter
            )


def plain(help_text):
    """Without the marks of Markdown, on one line."""
    return " ".join(re.sub(r"[`*_]", "", help_text).split())


@pytest.mark.parametrize(
    ("name", "title", "value", "words"),
    [
        (
            "ingest-ugc",
            "Workers",
            65,
            "Validation failed for field 'workers'. Failure reason: 65 is greater than the maximum of 64",
        ),
        (
            "promote-lifecycle",
            "Max share",
            1.5,
            "field 'max_share'. Failure reason: 1.5 is greater than the maximum of 1",
        ),
        ("watch-downloads", "Recent days", 0, "field 'recent_days'. Failure reason: 0 is less than the minimum of 1"),
    ],
)
def test_a_wrong_value_is_refused_by_the_form(stage, screen, asked, name, title, value, words):
    screen.visit_form(stage.deployment(name))
    screen.fill(title, value)

    assert words in screen.refused()

    assert screen.page.url.endswith("/run")


def test_a_dry_run_from_the_form_says_what_would_be_sent_and_what_is_refused(stage, dry_run):
    assert "Dry run: nothing was sent; 49 of 60 originals would be delivered" in dry_run
    assert (
        "See what was refused and why; once a file or its row is mended, run it again: nothing is sent twice."
        in dry_run
    )
    assert "refused by a rule 10" in dry_run
    assert "rights expired 1" in dry_run


def test_the_summary_of_a_dry_run_leads_to_the_form_that_does_it(stage, delivered):
    assert "Everything is delivered but for 11 of 60 originals that were refused" in delivered
    assert "ready 49" in delivered
    assert len(stage.sandbox.ask("media")) == 49


def test_what_was_refused_is_listed_with_the_reason_and_what_to_do(stage, screen, delivered):
    screen.follow("what was refused and why")

    screen.wait_for("11 of 60 originals were refused by a rule")
    screen.wait_for(re.compile("its bytes are image/png.*Give it the extension of its real type"))


def test_a_person_approves_the_plan_in_the_browser_but_for_one_asset(stage, assets, approved):
    form, summary = approved

    assert "3 of 3 assets would move, 0 are held back." in form
    assert "The plan, asset by asset" in form
    assert states_of(stage.sandbox, assets) == {assets[0]: "STAGED", **dict.fromkeys(assets[1:], "PENDING_APPROVAL")}
    assert "2 assets moved" in summary
    assert "Approved, but for 1. “not the first”" in summary


def test_no_secret_is_in_any_page_log_or_answer(stage, screen, delivered, approved):
    for path in ("blocks", "variables", "concurrency-limits", "automations", "work-pools", "events"):
        screen.visit(path, re.compile("."))

    leaks = find_leaks(stage.env, screen.seen | everything_told(stage.api))
    stage.api.post("/variables/", json={"name": "planted", "value": stage.env["DASH_SOCIAL_TOKEN"]}).raise_for_status()
    planted = find_leaks(stage.env, everything_told(stage.api))

    assert leaks == {}
    assert planted["variables 0"] == ["DASH_SOCIAL_TOKEN"], "whoever looks for a secret finds one that is there"
