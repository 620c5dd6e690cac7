import pytest


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer a.b.c"}])
def test_without_a_good_token_nothing_is_answered(dam, headers):
    answer = dam.nobody.get("/assets/7", headers=headers)

    assert answer.status_code == 401
    assert answer.json() | {"timestamp": None} == {
        "timestamp": None,
        "status": 401,
        "error": "Unauthorized",
        "message": "Full authentication is required to access this resource.",
        "path": "/assets/7",
    }


@pytest.mark.parametrize(
    "path",
    ["/assets/7", "/fields/7", "/field-options/7", "/portals/7", "/users/7", "/nowhere"],
)
def test_what_is_not_there_is_a_404(dam, path):
    answer = dam.get(path)

    assert (answer.status_code, answer.json()["path"]) == (404, path)


@pytest.mark.parametrize(
    ("shape", "content_type", "member"),
    [
        ("problem", "application/problem+json", "detail"),
        ("html", "text/html; charset=utf-8", None),
        ("empty", None, None),
    ],
)
def test_refusals_can_have_other_bodies(sandbox, dam, shape, content_type, member):
    sandbox.tell("variant", {"dam_errors": shape})

    answer = dam.get("/assets/7")

    assert (answer.status_code, answer.headers.get("content-type")) == (404, content_type)
    assert member is None or answer.json()[member] == "There is no asset '7'."


@pytest.mark.parametrize("left_out", ["from", "pageSize", "criterion", "sorts"])
@pytest.mark.parametrize("kind", ["asset-download-event", "asset", "portal", "field-option"])
def test_a_search_without_one_of_its_four_members_is_refused(dam, kind, left_out):
    body = {"from": 0, "pageSize": 1, "criterion": {"type": "MATCH_ALL"}, "sorts": []}
    del body[left_out]

    answer = dam.http.post(f"/{kind}-searches", json=body)

    assert answer.status_code == 400
    assert answer.json()["message"] == f"Failed to read request: {left_out}: Field required."


@pytest.mark.parametrize("member", ["from", "pageSize"])
def test_true_and_false_are_no_numbers(dam, member):
    body = {"from": 0, "pageSize": 1, "criterion": {"type": "MATCH_ALL"}, "sorts": [], member: False}

    assert dam.http.post("/asset-searches", json=body).status_code == 400


@pytest.mark.parametrize(
    "criterion",
    [
        {"type": "FIELD_EXISTS", "field": "DATE"},
        {"type": "NOT", "criteria": []},
        {"type": "FIELD_EQUALS", "field": "DATE"},
        {"type": "FIELD_EQUALS", "field": "COLOUR", "value": "red"},
        {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "USER_TYPE"}, "value": "USER"},
        {"type": "FIELD_IS_EMPTY", "field": "USER_ID"},
        {"type": "FIELD_RANGE", "field": "USER_ID", "from": "a"},
        {"type": "FIELD_RANGE", "field": "DATE", "from": "yesterday"},
        {"type": "FIELD_RANGE", "field": "DATE", "since": "2026-01-01T00:00:00Z"},
    ],
)
def test_a_criterion_that_means_nothing_for_events_is_refused(dam, criterion):
    answer = dam.search("asset-download-event", criterion)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Failed to read request: ")


def test_faults_and_counters_know_these_endpoints_by_name(sandbox, dam):
    sandbox.forget("requests")
    sandbox.tell("faults", [{"endpoint": "search_download_events", "kind": "status", "body": "documented"}])

    struck, passed = dam.search("asset-download-event"), dam.search("asset-download-event")

    assert (struck.status_code, passed.status_code) == (503, 200)
    assert struck.json()["path"] == "/asset-download-event-searches"
    assert sandbox.ask("requests") == {"search_download_events": 2}


def test_each_service_has_a_rate_window_of_its_own(sandbox, dam, dash):
    sandbox.tell("variant", {"requests_per_minute": 1})

    statuses = [one.status_code for one in (dash.http.get("/api/self"), dam.get("/fields"), dam.get("/fields"))]

    assert statuses == [200, 200, 429]
