"""Promotion as people run it: from the UI's server, with an answer in its form, and from the command line."""

import json
import time
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName
from prefect.exceptions import ParameterTypeError, PrefectHTTPStatusError
from prefect.flow_runs import resume_flow_run
from support.promoting import LIVE_RULE, PACE, RULE, TO_APPROVAL, TO_LIVE, assert_moved_once, seed
from support.running import artifacts_of, command_line

from dashmedia.errors import LimitExceededError
from dashmedia.promotion.report import PromotionReport
from flows.promote_lifecycle import promote_lifecycle

PATIENCE_S = 60


@pytest.fixture(autouse=True)
def quick_jobs(sandbox):
    sandbox.tell("variant", {"job_polls": 0})


def run(**options):
    """The state in which a run of one rule ends."""
    usual = {"rules": [RULE], "pace": PACE, "approval_days": PATIENCE_S / 86_400}
    return promote_lifecycle(**(usual | options), return_state=True)


@contextmanager
def a_person_who(prefect, **answer):
    """Somebody fills in the form of the next paused flow run; yields what that form showed, in the end."""
    seen = {}
    thread = Thread(target=copy_context().run, args=(_answer, answer, seen))
    thread.start()
    yield seen
    thread.join()


def _answer(answer, seen):
    with get_client(sync_client=True) as client:
        paused = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Paused"])))
        give_up_at = time.monotonic() + PATIENCE_S
        while not (found := client.read_flow_runs(flow_run_filter=paused)) and time.monotonic() < give_up_at:
            time.sleep(0.05)
        keyset = found[0].state.state_details.run_input_keyset
        for name in ("schema", "description"):
            seen[name] = _read_input(client, found[0].id, keyset[name], give_up_at)
    resume_flow_run(found[0].id, run_input=answer)


def _read_input(client, run_id, key, give_up_at):
    """Prefect pauses the run first and writes its form afterwards."""
    while True:
        try:
            return json.loads(client.read_flow_run_input(flow_run_id=run_id, key=key))
        except PrefectHTTPStatusError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def test_a_run_moves_assets_and_leaves_what_a_person_reads(prefect, sandbox):
    ids = seed(sandbox, 3)
    seed(sandbox, 1, values={"Title": False})

    state = run()

    report, left = state.result(), artifacts_of(prefect, state)
    assert_moved_once(sandbox, ids, TO_APPROVAL)
    assert isinstance(report, PromotionReport)
    assert {"promotion-plan", "promotion-summary", "promotion-moved", "promotion-progress"} <= set(left)
    plan = json.loads(left["promotion-plan"].data)
    assert sorted(row["decision"] for row in plan) == ["held back", "would move", "would move", "would move"]
    assert [row["why"] for row in plan if row["decision"] == "held back"] == ["“Title” has no value"]
    assert "| “Title” has no value | 1 |" in left["promotion-plan"].description
    assert left["promotion-summary"].data.startswith("# 3 assets moved")
    assert "STAGED → PENDING_APPROVAL" in left["promotion-summary"].data
    assert float(left["promotion-progress"].data) == 100.0
    assert prefect.read_flow_run(state.state_details.flow_run_id).name == "promote: titled"


def test_assets_that_became_live_are_announced(prefect, sandbox, env):
    ids = seed(sandbox, 2, "PENDING_APPROVAL", staged_age_s=300_000, pending_age_s=90_000)

    report = run(rules=[LIVE_RULE]).result()

    assert_moved_once(sandbox, ids, TO_LIVE)
    (event,) = events_of(env, report.run_id)
    assert sorted(event["payload"]["asset_ids"]) == ids
    assert {f"dash.asset.{one}" for one in ids} <= {each["prefect.resource.id"] for each in event["related"]}
    UUID(event["id"])


def events_of(env, run_id):
    """The events `dash.asset.live` of a run, once the server has them."""
    body = {"filter": {"event": {"name": ["dash.asset.live"]}}}
    give_up_at = time.monotonic() + PATIENCE_S
    found = []
    while not found and time.monotonic() < give_up_at:
        events = httpx.post(f"{env['PREFECT_API_URL']}/events/filter", json=body).json()["events"]
        found = [each for each in events if each["payload"]["run_id"] == run_id]
        time.sleep(0.1)
    return found


def test_a_plan_that_is_too_large_fails_the_run_with_the_numbers_and_shows_the_plan(prefect, sandbox):
    seed(sandbox, 3)

    state = run(max_assets=2)

    assert state.is_failed()
    assert "would move 3 assets, and may move 2" in state.message
    with pytest.raises(LimitExceededError):
        state.result()
    assert len(json.loads(artifacts_of(prefect, state)["promotion-plan"].data)) == 3
    assert sandbox.ask("moves") == {}


def test_a_person_approves_the_plan_but_for_one_asset(prefect, sandbox):
    ids = seed(sandbox, 3)

    with a_person_who(prefect, approve=True, exclude=ids[:1], words="not the first") as seen:
        state = run(approval="ask")

    report = state.result()
    assert_moved_once(sandbox, ids[1:], TO_APPROVAL)
    assert_moved_once(sandbox, ids[:1])
    assert (report.moved, report.held) == (2, 1)
    assert report.decision == "Approved, but for 1. “not the first”"
    assert set(seen["schema"]["properties"]) == {"approve", "exclude", "defer", "words"}
    assert "**3 of 3 assets would move**" in seen["description"]
    assert "promotion-plan" in seen["description"] or "/artifacts/artifact/" in seen["description"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"approve": True, "defer": True, "words": "after the fair"}, "Nothing was moved: put off. “after the fair”"),
        ({"approve": False}, "Nothing was moved: not approved."),
    ],
)
def test_a_plan_that_nobody_wants_now_ends_plainly(prefect, sandbox, answer, sentence):
    seed(sandbox, 2)

    with a_person_who(prefect, **answer):
        state = run(approval="ask")

    assert state.is_completed()
    assert state.result().sentence == f"2 assets: 2 would move. {sentence}"
    assert sandbox.ask("moves") == {}


def test_a_plan_that_nobody_answers_ends_plainly_too(prefect, sandbox):
    seed(sandbox, 2)

    state = run(approval="ask", approval_days=1 / 86_400)

    assert state.is_completed()
    assert state.result().decision == "Nothing was moved: nobody answered in time."
    assert sandbox.ask("moves") == {}


def test_a_plan_with_nothing_to_move_asks_nobody(prefect, sandbox):
    seed(sandbox, 1, values={"Title": False})

    assert run(approval="ask").result().sentence == "1 asset: 1 held."


def test_what_did_not_move_fails_the_run_with_one_sentence(prefect, sandbox):
    ids = seed(sandbox, 3)
    sandbox.tell("variant", {"job_failing_keys": ids[:1]})

    state = run()

    assert state.message.startswith(
        "1 asset that was to move did not; run again to do only that. 3 assets: 2 moved, 1 failed."
    )
    assert ids[0] in artifacts_of(prefect, state)["promotion-left"].data


def test_a_dry_run_shows_the_plan_and_moves_nothing(prefect, sandbox):
    seed(sandbox, 2)

    state = run(dry_run=True, approval="ask")

    assert "Dry run: 2 assets would move" in artifacts_of(prefect, state)["promotion-summary"].data
    assert sandbox.ask("moves") == {}


@pytest.mark.parametrize("wrong", [
    {"rules": []}, {"rules": [{"name": "a"}]}, {"max_share": 2}, {"approval": "perhaps"}, {"approval_days": 0},
    {"rules": [{"name": "a", "transition": "STAGED_TO_LIVE", "criterion": {"type": "FIELD_IS_EMPTY", "field": {
        "type": "FIXED", "fieldName": "DATE_ADDED"}}}]},
])  # fmt: skip
def test_a_wrong_parameter_is_refused_before_anything_starts(prefect, sandbox, wrong):
    with pytest.raises(ParameterTypeError):
        promote_lifecycle(**wrong)

    assert sandbox.ask("requests") == {}


def test_a_rule_with_an_unknown_field_is_one_sentence(prefect, sandbox):
    state = run(rules=[RULE.model_copy(update={"required_fields": ("Titles",)})])

    assert (
        "Rule “titled” names what this account does not have. There is no field “Titles”. Did you mean “Title”"
        in state.message
    )


def test_every_parameter_explains_itself_in_the_form():
    schema = promote_lifecycle.parameters.model_dump()

    assert all(member.get("description") or "$ref" in str(member) for member in schema["properties"].values())


def test_the_command_takes_rules_as_a_file_or_as_text(env, sandbox, tmp_path):
    ids = seed(sandbox, 2)
    rules = json.dumps([RULE.model_dump(mode="json")])
    (tmp_path / "rules.json").write_text(rules)

    planned = command_line(env, "promote_lifecycle", "--rules", rules, "--dry-run")
    done = command_line(
        env, "promote_lifecycle", "--rules", tmp_path / "rules.json", "--report-file", tmp_path / "report.json"
    )

    assert (planned.returncode, done.returncode) == (0, 0), planned.stderr + done.stderr
    assert "2 assets: 2 would move." in planned.stderr
    assert PromotionReport.model_validate_json((tmp_path / "report.json").read_text()).moved == 2
    assert_moved_once(sandbox, ids, TO_APPROVAL)
