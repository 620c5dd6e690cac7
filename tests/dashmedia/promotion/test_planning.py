"""What is read, what is decided, and what stands before anything moves."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from support.promoting import (
    LIVE_RULE,
    RULE,
    TO_APPROVAL,
    TO_LIVE,
    assert_moved_once,
    opened,
    promote,
    seed,
    somebody_clears,
    somebody_moves,
    states_of,
)

from dashmedia.errors import ActionNotPermittedError, FolderMissingError, LimitExceededError, SchemaError
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.promotion.planning import CHANGED, EXCLUDED, check_again, check_limits, exclude, make_plan
from dashmedia.promotion.rules import DEFAULT_RULES


def test_what_satisfies_the_rule_moves_and_the_rest_is_held_with_its_reasons(sandbox, ledger):
    good = seed(sandbox, 7)
    seed(sandbox, 2, values={"Title": False})
    seed(sandbox, 1, values={"Title": False}, has_file=False)

    report = promote(sandbox, ledger)

    assert (report.looked_at, report.moved, report.held, report.failed) == (10, 7, 3, 0)
    assert report.held_by_reason == {"“Title” has no value": 3, "no file yet": 1}
    assert report.sentence == "10 assets: 7 moved, 3 held."
    assert_moved_once(sandbox, good, TO_APPROVAL)
    assert len(sandbox.ask("moves")) == 7


def test_only_the_scope_of_the_rule_is_read(sandbox, ledger):
    noor = sandbox.ask("assets")[0]["stagedBy"]
    mine = seed(sandbox, 2, staged_by=noor)
    seed(sandbox, 1, staged_by=noor, filename="other.jpg")
    seed(sandbox, 1, staged_by=noor, folder="/UGC/2026-09")
    kinds = ("IMAGE", "VIDEO", "DOCUMENT")

    report = promote(sandbox, ledger, rules=(RULE.model_copy(update={"staged_by": (noor,), "file_types": kinds}),))

    assert report.looked_at == 2
    assert_moved_once(sandbox, mine, TO_APPROVAL)


def test_a_user_may_be_named_by_address(sandbox, ledger):
    mine = seed(sandbox, 2, staged_by="pipeline@acme.example")
    seed(sandbox, 1, staged_by="lena.sommer@acme.example")

    report = promote(sandbox, ledger, rules=(RULE.model_copy(update={"staged_by": ("pipeline@acme.example",)}),))

    assert report.moved == len(mine)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"required_fields": ("Titles",)}, SchemaError, "Rule “titled” names what this account does not have.*“Title”"),
        ({"rights_field": "Rights expiry"}, SchemaError, "“Rights expire”"),
        ({"folder": "/UGC/2026-1"}, SchemaError, "There is no folder /UGC/2026-1.*2026-10"),
        ({"staged_by": ("nobody@acme.example",)}, SchemaError, "There is no user nobody@acme.example"),
    ],
)
def test_a_name_that_the_account_does_not_have_ends_the_run_before_any_asset_is_read(
    sandbox, ledger, change, error, words
):
    with pytest.raises(error, match=words):
        promote(sandbox, ledger, rules=(RULE.model_copy(update=change),))

    assert "search_assets" not in sandbox.ask("requests")


def test_a_folder_that_does_not_exist_can_be_told_from_other_names(sandbox, ledger):
    with pytest.raises(SchemaError) as caught:
        promote(sandbox, ledger, rules=(RULE.model_copy(update={"folder": "/Nowhere"}),))

    assert isinstance(caught.value.__cause__, FolderMissingError)


def test_no_asset_takes_two_steps_in_one_run(sandbox, ledger):
    staged = seed(sandbox, 2, staged_age_s=90_000)
    pending = seed(sandbox, 2, "PENDING_APPROVAL", staged_age_s=200_000, pending_age_s=90_000)
    young = seed(sandbox, 1, "PENDING_APPROVAL", staged_age_s=200_000, pending_age_s=60)

    report = promote(sandbox, ledger, rules=(RULE, LIVE_RULE))

    assert_moved_once(sandbox, staged, TO_APPROVAL)
    assert_moved_once(sandbox, pending, TO_LIVE)
    assert_moved_once(sandbox, young)
    assert report.moved_by_transition == {str(TO_APPROVAL): 2, str(TO_LIVE): 2}


def test_the_default_rules_work_on_the_demo_data(sandbox, ledger):
    report = promote(sandbox, ledger, rules=DEFAULT_RULES, job_size=100)

    assert report.is_complete
    assert report.moved > 0
    assert report.held > 0
    assert {"“Creator” has no value", "“Usage rights” has no value"} <= set(report.held_by_reason)


def test_of_two_rules_for_one_state_the_first_that_fits_moves_an_asset(sandbox, ledger):
    both, one = seed(sandbox, 1), seed(sandbox, 1, values={"Title": True, "Creator": False})
    first = RULE.model_copy(update={"name": "with creator", "required_fields": ("Creator",)})

    report = promote(sandbox, ledger, rules=(first, RULE))

    assert {each.asset_id: each.rule for each in report.assets} == {both[0]: "with creator", one[0]: "titled"}
    assert (report.looked_at, report.moved, report.held) == (2, 2, 0)


def test_rights_that_cannot_be_read_hold_one_asset_back(sandbox, ledger):
    seed(sandbox, 1, values={"Title": True, "Rights expire": "next year"})
    seed(sandbox, 1, values={"Title": True, "Rights expire": "2020-01-01"})
    seed(sandbox, 1, values={"Title": True, "Rights expire": "2099-01-01"})

    report = promote(sandbox, ledger, rules=(RULE.model_copy(update={"rights_field": "rights expire"}),))

    assert report.moved == 1
    assert report.held_by_reason == {"“Rights expire” cannot be read": 1, "“Rights expire” has passed": 1}


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_assets": 5}, r"would move 6 assets, and may move 5 \(max_assets\)\. Nothing was moved"),
        ({"max_share": 0.05}, r"would move 6 of \d+ STAGED assets, \d+%, and may move 5% \(max_share\)"),
    ],
)
def test_a_plan_that_is_too_large_moves_nothing(sandbox, ledger, limits, words):
    seed(sandbox, 6)

    with pytest.raises(LimitExceededError, match=words):
        promote(sandbox, ledger, **limits)

    assert sandbox.ask("moves") == {}
    assert promote(sandbox, ledger, "run-0002", max_assets=6).moved == 6


@pytest.mark.parametrize(("planned", "fits"), [(3, True), (4, False)])
def test_a_share_is_rounded_down_to_whole_assets(planned, fits):
    limits = SimpleNamespace(max_assets=1_000, max_share=0.5)
    by_source = {"STAGED": planned}
    session = SimpleNamespace(options=limits, planned=planned, planned_by_source=lambda: by_source, sizes={"STAGED": 7})

    with nullcontext() if fits else pytest.raises(LimitExceededError, match="4 of 7 STAGED assets"):
        check_limits(session)


def test_a_token_that_may_not_take_the_step_is_found_out_before_anything_is_read(sandbox, ledger):
    seed(sandbox, 3)
    barred = {"resourceType": "ASSET", "action": "CHANGE_LIFECYCLE_STATE_TO_PENDING_APPROVAL"}
    sandbox.tell("taken_permissions", [barred])

    with pytest.raises(ActionNotPermittedError, match="CHANGE_LIFECYCLE_STATE_TO_PENDING_APPROVAL on ASSET"):
        promote(sandbox, ledger)

    assert sandbox.ask("requests")["search_assets"] == 2


def test_a_token_that_may_move_only_some_is_told_so(sandbox, ledger):
    ids = seed(sandbox, 3)
    barred = {"resourceType": "ASSET", "action": "CHANGE_LIFECYCLE_STATE_TO_PENDING_APPROVAL", "resourceId": ids[0]}
    sandbox.tell("taken_permissions", [barred])

    report = promote(sandbox, ledger)

    assert "the token may move" in report.remarks[0]
    assert (report.moved, report.failed) == (2, 1)


def test_a_dry_run_plans_and_leaves_nothing_behind(sandbox, ledger):
    seed(sandbox, 3)

    report = promote(sandbox, ledger, dry_run=True)

    assert report.sentence == "3 assets: 3 would move."
    assert sandbox.ask("moves") == {}
    assert not ledger.exists()


def test_what_changed_while_a_person_was_asked_does_not_move(sandbox, ledger):
    ids = seed(sandbox, 5)

    def answer(session):
        somebody_moves(session, ids[:1], TO_APPROVAL)
        somebody_clears(session, ids[1:2], "Title")
        assert exclude(session, [ids[2], "no-such-asset"]) == 1
        return True

    report = promote(sandbox, ledger, answer=answer)

    assert_moved_once(sandbox, ids[1:3])
    assert_moved_once(sandbox, [ids[0], *ids[3:]], TO_APPROVAL)
    assert report.moved == 2
    assert report.held_by_reason == {CHANGED: 1, EXCLUDED: 1, "“Title” has no value": 1}


def test_what_a_person_does_not_approve_stays_and_is_planned_again_later(sandbox, ledger):
    ids = seed(sandbox, 3)

    refused = promote(sandbox, ledger, answer=lambda _: False)
    later = promote(sandbox, ledger, "run-0002")

    assert (refused.moved, refused.planned, refused.is_complete) == (0, 3, True)
    assert later.moved == 3
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_nothing_is_added_to_a_plan_after_it_was_made(sandbox, ledger):
    ids = seed(sandbox, 2)

    with opened(sandbox, ledger) as session:
        make_plan(session)
        new = seed(sandbox, 2)
        gone = check_again(session)

        assert gone == 0
        assert session.rows.ids(of(RowState.PLANNED)) == ids
        assert states_of(sandbox, new) == dict.fromkeys(new, "STAGED")


def test_running_it_again_moves_nothing_twice(sandbox, ledger):
    ids = seed(sandbox, 4)

    first, again = promote(sandbox, ledger), promote(sandbox, ledger, "run-0002")

    assert (first.moved, again.moved, again.looked_at) == (4, 0, 0)
    assert again.sentence == "0 assets: nothing to do."
    assert_moved_once(sandbox, ids, TO_APPROVAL)
