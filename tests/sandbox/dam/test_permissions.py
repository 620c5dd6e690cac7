import pytest

from sandbox.dam.permissions import Permission, Permissions
from sandbox.dam.store import Store

STAGED = {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"}, "value": "STAGED"}


def lifecycle(*ids):
    return {"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_ID", "ids": list(ids)}}


def take(running, resource, action, resource_id=None):
    running.tell("taken_permissions", [{"resourceType": resource, "action": action, "resourceId": resource_id}])


@pytest.fixture
def staged(sandbox):
    return [one["id"] for one in sandbox.ask("assets?state=STAGED")]


def test_what_was_taken_away_is_not_listed_any_more(sandbox, dam, staged):
    take(sandbox, "ASSETS", "CREATE_ASSETS")
    take(sandbox, "ASSET", "ADD_ASSET_TO_COLLECTION", staged[0])

    first, second = (dam.get(f"/assets/{one}").json()["permittedActions"] for one in staged[:2])

    assert dam.get("/current-user").json()["permittedActions"] == []
    assert first == []
    assert second == [{"resourceType": "ASSET", "resourceId": staged[1], "action": "ADD_ASSET_TO_COLLECTION"}]


@pytest.mark.parametrize(
    ("action", "kind", "body"),
    [
        ("CHANGE_LIFECYCLE_STATE_TO_LIVE", "asset-lifecycle-transition", lifecycle()),
        (
            "EDIT",
            "asset-metadata-edit",
            {"selector": {"type": "BY_ID", "ids": []}, "edits": [{"type": "CLEAR", "fieldId": "f"}]},
        ),
    ],
)
def test_an_effect_that_is_not_permitted_is_a_403_until_it_is_given_back(sandbox, dam, action, kind, body):
    take(sandbox, "ASSET", action)
    refused = dam.submit(kind, body)
    sandbox.forget("taken_permissions")
    allowed = dam.submit(kind, body)

    assert (refused.status_code, allowed.status_code) == (403, 200)
    assert refused.json()["message"] == f"Access is denied: {action} on ASSET is not permitted."
    assert len(sandbox.ask("jobs")) == 1


def test_a_single_asset_that_may_not_be_moved_fails_alone(sandbox, dam, staged):
    take(sandbox, "ASSET", "CHANGE_LIFECYCLE_STATE_TO_LIVE", staged[0])

    result = dam.run("asset-lifecycle-transition", lifecycle(*staged[:2]))["result"]

    assert (list(result["failures"]), list(result["successes"])) == (staged[:1], staged[1:2])


def test_a_search_with_an_action_finds_only_what_the_caller_may_do_that_to(sandbox, dam, staged):
    action = "SEARCH_FOR_CHANGE_LIFECYCLE_STATE_TO_LIVE"

    def found():
        return dam.search("asset", STAGED, action=action).json()["totalResults"]

    counts = [found()]
    take(sandbox, "ASSET", "CHANGE_LIFECYCLE_STATE_TO_LIVE", staged[0])
    counts.append(found())
    take(sandbox, "ASSET", "CHANGE_LIFECYCLE_STATE_TO_LIVE")
    counts.append(found())

    assert counts == [len(staged), len(staged) - 1, 0]
    assert dam.search("asset", STAGED).json()["totalResults"] == len(staged)


def test_what_was_taken_away_stays_away_over_a_restart(tmp_path):
    first = Store(tmp_path / "dam.sqlite3")
    Permissions(first).take([Permission("ASSETS", "CREATE_ASSETS"), Permission("ASSET", "EDIT", "a")])
    first.close()

    second = Store(tmp_path / "dam.sqlite3")
    kept = Permissions(second)

    assert (kept.may("ASSETS", "CREATE_ASSETS"), kept.may("ASSET", "EDIT")) == (False, True)
    assert (kept.of_account(), kept.barred("ASSET", "EDIT")) == ([], {"a"})
    second.close()


def test_a_reset_gives_everything_back(sandbox, dam):
    take(sandbox, "ASSETS", "CREATE_ASSETS")

    sandbox.tell("reset")

    assert len(dam.get("/current-user").json()["permittedActions"]) == 1
