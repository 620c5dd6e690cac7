"""Requests that make sense as JSON and as nothing else: the sandbox refuses them as the services would, and goes on."""

import json

import httpx
import pytest

MATCH_ALL = {"type": "MATCH_ALL"}
SEARCH = {"from": 0, "pageSize": 1, "criterion": MATCH_ALL, "sorts": []}
NEW = {
    "source": "UPLOAD",
    "source_id": "odd",
    "type": "UPLOADED",
    "url": "https://a.example/b",
    "meta": {},
    "source_created_at": "2031-01-01T00:00:00Z",
}
STAGED_BY = {"type": "FIXED", "fieldName": "STAGED_BY"}
ONE = {"type": "FIELD_EQUALS", "field": STAGED_BY, "value": "x"}
BRAND = "/brands/4242/media"


def nested(depth):
    criterion = MATCH_ALL
    for _ in range(depth):
        criterion = {"type": "NOT", "criterion": criterion}
    return criterion


SOCIAL = (
    ("PUT", f"{BRAND}/v2", {"offset": 2**63}),
    ("PUT", f"{BRAND}/v2", b"[" * 100_000),
    ("POST", BRAND, NEW | {"source_created_at": "0001-01-01T00:00:00+14:00"}),
    ("POST", BRAND, NEW | {"meta": "[" * 100_000}),
    ("POST", BRAND, NEW | {"meta": '{"a": NaN}'}),
    ("POST", BRAND, NEW | {"meta": '{"filename": "\\ud800"}'}),
    ("POST", BRAND, NEW | {"url": "http://[x/y"}),
    ("GET", f"{BRAND}/v2/{'9' * 30}", None),
    ("GET", f"{BRAND}/v2/{'9' * 5_000}", None),
    ("GET", f"/dashsocial-static/{'a' * 3_000}", None),
)
DASH = (
    ("POST", "/asset-searches", b"[" * 100_000),
    ("POST", "/oauth/token", b"[" * 100_000),
    ("POST", "/asset-searches", SEARCH | {"criterion": nested(100)}),
    ("POST", "/asset-searches", SEARCH | {"criterion": {"type": "AND", "criteria": [ONE] * 2_000}}),
    ("POST", "/asset-searches", SEARCH | {"sorts": [{"field": STAGED_BY, "order": "ASC"}] * 3_000}),
    ("POST", "/asset-searches", SEARCH | {"criterion": ONE | {"type": "FIELD_MATCHES", "value": "*" * 60_000}}),
    ("POST", "/asset-searches", SEARCH | {"criterion": ONE | {"value": "\ud800"}}),
)


@pytest.mark.parametrize(
    ("service", "number"),
    [*(("SOCIAL", one) for one in range(len(SOCIAL))), *(("DASH", one) for one in range(len(DASH)))],
)
def test_an_odd_request_is_refused_and_nothing_breaks(service, number, sandbox):
    url, token = (
        (sandbox.env["DASH_SOCIAL_API_URL"], sandbox.env["DASH_SOCIAL_TOKEN"])
        if service == "SOCIAL"
        else (sandbox.env["DASH_API_URL"], sandbox.env["DASH_API_TOKEN"])
    )
    method, path, body = (SOCIAL if service == "SOCIAL" else DASH)[number]
    content = body if isinstance(body, bytes) or body is None else json.dumps(body)

    answer = httpx.request(
        method, f"{url}{path}", content=content, timeout=120, trust_env=False,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip

    assert 400 <= answer.status_code < 500, answer.text[:300]


def test_a_listing_to_the_end_of_time_is_answered(sandbox):
    answer = httpx.put(
        f"{sandbox.env['DASH_SOCIAL_API_URL']}{BRAND}/v2", trust_env=False, timeout=120,
        json={"filters": {"source_created_at": {"start": "0001-01-01", "end": "9999-12-31"}}},
        headers={"Authorization": f"Bearer {sandbox.env['DASH_SOCIAL_TOKEN']}"},
    )  # fmt: skip

    assert answer.status_code == 200


@pytest.mark.parametrize(("name", "path"), [("DASH_SOCIAL_API_URL", "/api/self"), ("DASH_API_URL", "/fields")])
def test_another_method_is_refused_with_those_that_are_meant(name, path, sandbox):
    answer = httpx.delete(f"{sandbox.env[name]}{path}", trust_env=False, timeout=120)

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
