import pytest

KIND = "asset-lifecycle-transition"
TRANSITIONS = {
    "STAGED_TO_PENDING_APPROVAL": ("pending_ms",),
    "PENDING_APPROVAL_TO_LIVE": ("live_ms",),
    "STAGED_TO_LIVE": ("live_ms",),
    "LIVE_TO_BINNED": (),
    "STAGED_TO_BINNED": (),
    "PENDING_APPROVAL_TO_BINNED": (),
    "BINNED_TO_LIVE": ("live_ms",),
}


def by_id(transition, *ids):
    return {"transition": transition, "selector": {"type": "BY_ID", "ids": list(ids)}}


def by_criterion(transition, criterion):
    return {"transition": transition, "selector": {"type": "BY_CRITERION", "criterion": criterion}}


def is_in(state):
    return {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"}, "value": state}


@pytest.fixture
def seed(sandbox):
    return lambda count, state, **more: sandbox.tell("seed_assets", {"count": count, "state": state} | more)["ids"]


@pytest.fixture
def truth(sandbox):
    return lambda: {one["id"]: one for one in sandbox.ask("assets")}


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_an_asset_gets_its_new_state_and_the_date_of_it(dam, seed, truth, transition):
    source, target = transition.split("_TO_")
    (asset_id,) = seed(1, source)
    before = truth()

    dam.run(KIND, by_id(transition, asset_id))

    after = truth()
    changed = {name for name, value in after[asset_id].items() if before[asset_id][name] != value}
    assert (after[asset_id]["state"], after[asset_id]["moves"]) == (target, [transition])
    assert changed == {"state", "moves", "modified_ms", *TRANSITIONS[transition]}
    assert all(after[asset_id][name] == after[asset_id]["modified_ms"] for name in TRANSITIONS[transition])
    assert {one for one in after if after[one] != before[one]} == {asset_id}


def test_assets_in_the_wrong_state_and_unknown_ones_are_failures_by_their_id(dam, seed, truth):
    staged, live = seed(1, "STAGED") + seed(1, "LIVE")

    result = dam.run(KIND, by_id("STAGED_TO_LIVE", live, staged, "nobody", staged))["result"]

    assert list(result["successes"]) == [staged]
    assert result["failures"] == {
        live: {"message": f"Asset {live} is LIVE; only STAGED assets can make this transition."},
        "nobody": {"message": "There is no asset 'nobody'."},
    }
    assert truth()[live]["moves"] == []


def test_assets_in_the_wrong_state_can_be_passed_over_without_a_word(sandbox, dam, seed):
    staged, live = seed(1, "STAGED") + seed(1, "LIVE")
    sandbox.tell("variant", {"wrong_state": "skipped"})

    result = dam.run(KIND, by_id("STAGED_TO_LIVE", live, staged))["result"]

    assert (list(result["successes"]), result["failures"]) == ([staged], {})


def test_an_asset_that_moved_meanwhile_is_not_moved_again(dam, seed, truth):
    (asset_id,) = seed(1, "STAGED")
    first, second = (dam.submit(KIND, by_id("STAGED_TO_LIVE", asset_id)).json() for _ in range(2))

    ends = [[dam.poll(KIND, job["id"]).json() for _ in range(2)][-1] for job in (second, first)]

    assert [list(one["result"]["successes"]) for one in ends] == [[asset_id], []]
    assert truth()[asset_id]["moves"] == ["STAGED_TO_LIVE"]


def test_a_criterion_selects_in_the_state_that_it_names(sandbox, dam):
    staged = sandbox.ask("state")["assets"]["STAGED"]

    job = dam.run(KIND, by_criterion("STAGED_TO_PENDING_APPROVAL", is_in("STAGED")))

    assert len(job["result"]["successes"]) == staged
    assert "STAGED" not in sandbox.ask("state")["assets"]


def test_a_criterion_that_names_no_state_looks_at_live_assets_only(sandbox, dam):
    live = sandbox.ask("state")["assets"]["LIVE"]

    result = dam.run(KIND, by_criterion("STAGED_TO_LIVE", {"type": "MATCH_ALL"}))["result"]

    assert (result["successes"], len(result["failures"])) == ({}, live)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"transition": "STAGED_TO_LIVE", "criterion": {"type": "MATCH_ALL"}}, "selector: Field required"),
        (by_id("STAGED_TO_LIVE") | {"criterion": {"type": "MATCH_ALL"}}, "criterion: Extra inputs are not permitted"),
        (by_id("LIVE_TO_STAGED"), "transition: Input should be 'STAGED_TO_PENDING_APPROVAL'"),
        ({"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_NAME"}}, "selector: Input tag 'BY_NAME'"),
        (by_criterion("STAGED_TO_LIVE", {"type": "FIELD_EXISTS"}), "selector.BY_CRITERION.criterion: Input tag"),
        (
            by_criterion(
                "STAGED_TO_LIVE", {"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "fieldName": "ADDED_BY"}}
            ),
            "assets have no field",
        ),
    ],
)
def test_what_the_second_version_does_not_know_is_refused_and_makes_no_job(sandbox, dam, body, why):
    answer = dam.submit(KIND, body)

    assert (answer.status_code, sandbox.ask("jobs")) == (400, [])
    assert answer.json()["message"].startswith("Failed to read request: ")
    assert why in answer.json()["message"]


def test_many_assets_move_in_one_job(sandbox, dam, seed):
    ids = seed(2_000, "STAGED", values={"Title": False})

    job = dam.run(KIND, by_id("STAGED_TO_PENDING_APPROVAL", *ids))

    assert list(job["result"]["successes"]) == ids
    assert sorted(sandbox.ask("moves")) == sorted(ids)
