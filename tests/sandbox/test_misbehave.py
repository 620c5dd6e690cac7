import hashlib
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest
from support.patience import eventually


def fault(sandbox, **rule):
    sandbox.tell("faults", [{"endpoint": "create_media"} | rule])


def test_a_connection_reset_before_the_effect_leaves_nothing(sandbox, dash):
    fault(sandbox, kind="reset_before")

    with pytest.raises(httpx.ReadError, match="reset by peer"):
        dash.create()

    assert sandbox.ask("media") == []
    assert dash.create().status_code == 201


def test_a_connection_reset_after_the_effect_leaves_the_media(sandbox, dash):
    fault(sandbox, kind="reset_after")

    with pytest.raises(httpx.ReadError, match="reset by peer"):
        dash.create(source_id="lost")

    assert [one["source_id"] for one in sandbox.ask("media")] == ["lost"]


def test_a_truncated_answer_promises_more_than_it_holds(sandbox, dash):
    fault(sandbox, kind="truncate")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        dash.create()

    assert len(sandbox.ask("media")) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("description", "application/json", '{"description": "busy"}'),
        (
            "code",
            "application/json",
            '{"code": 502, "status": "Bad Gateway", "message": "busy", "errors": {}}',
        ),
        (
            "problem",
            "application/problem+json",
            '{"type": "about:blank", "title": "Bad Gateway", "status": 502, "detail": "busy", "instance": "/brands/4242/media"}',
        ),
        ("html", "text/html", "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"),
        ("empty", "text/plain", ""),
    ],
)
def test_a_status_comes_with_the_chosen_body_and_without_effect(sandbox, dash, body, content_type, text):
    fault(sandbox, kind="status", status=502, body=body, message="busy", retry_after=7)

    answer = dash.create()

    assert (answer.status_code, answer.headers["content-type"], answer.text) == (502, content_type, text)
    assert answer.headers["retry-after"] == "7"
    assert sandbox.ask("media") == []


def test_a_status_can_hide_that_it_happened(sandbox, dash):
    fault(sandbox, kind="status", status=504, body="html", effect=True, retry_after=5, retry_after_as="date")

    answer = dash.create()

    assert answer.status_code == 504
    assert answer.headers["retry-after"].endswith("GMT")
    assert len(sandbox.ask("media")) == 1


def test_a_held_answer_comes_after_it_has_happened(sandbox, dash):
    fault(sandbox, kind="held", delay_ms=60)

    answer = dash.create()

    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.06
    assert [one["happened"] for one in sandbox.ask("faults")] == [1]


def test_a_delay_comes_on_top_of_the_answer(sandbox, dash):
    fault(sandbox, kind="delay_ms", delay_ms=60)

    answer = dash.create()

    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.06


def test_an_upload_url_can_be_expired_when_it_arrives(sandbox, dash, photo):
    sandbox.tell("faults", [{"endpoint": "media_upload_url", "kind": "expired_url"}])

    refused = dash.put(dash.upload_url().json()["url"], photo)
    taken = dash.put(dash.upload_url().json()["url"], photo)

    assert "<Code>AccessDenied</Code>" in refused.text
    assert taken.status_code == 200


def test_the_storage_can_be_told_to_misbehave_too(sandbox, dash, photo):
    sandbox.tell(
        "faults",
        [
            {"endpoint": "put_object", "kind": "status", "status": 503, "body": "xml", "code": "SlowDown"},
            {"endpoint": "put_object", "kind": "wrong_etag"},
        ],
    )
    url = dash.upload_url().json()["url"]

    busy, wrong, right = (dash.put(url, photo) for _ in range(3))

    assert (busy.status_code, "<Code>SlowDown</Code>" in busy.text) == (503, True)
    assert (wrong.status_code, wrong.headers["etag"]) == (200, '"' + "0" * 32 + '"')
    assert right.headers["etag"] == f'"{hashlib.md5(photo).hexdigest()}"'


def test_rules_can_be_read_and_cleared(sandbox, dash):
    fault(sandbox, kind="status", times=None)
    dash.create()
    struck = sandbox.ask("faults")[0]["struck"]

    sandbox.forget("faults")

    assert struck == 1
    assert sandbox.ask("faults") == []
    assert dash.create().status_code == 201


@pytest.mark.parametrize("rule", [{"endpoint": "nobody", "kind": "truncate"}, {"kind": "nonsense"}, {"knd": "status"}])
def test_a_rule_that_means_nothing_is_refused(sandbox, rule):
    with pytest.raises(ValueError, match="The sandbox refused POST faults"):
        sandbox.tell("faults", [rule])

    assert sandbox.ask("faults") == []


@pytest.mark.parametrize("kind", ["delay_ms", "held"])
def test_a_client_that_leaves_a_late_answer_is_not_waited_for(sandbox, kind):
    sandbox.tell("faults", [{"endpoint": "self", "kind": kind, "delay_ms": 600_000, "times": 1}])
    to = urlsplit(sandbox.api_url)
    head = f"GET /api/self HTTP/1.1\r\nHost: {to.netloc}\r\nAuthorization: Bearer {sandbox.env['DASH_SOCIAL_TOKEN']}\r\n\r\n"

    with closing(socket.create_connection((to.hostname, to.port))) as connection:
        connection.sendall(head.encode())
        eventually(lambda: sandbox.ask("state")["concurrency"]["now"])
    eventually(lambda: not sandbox.ask("state")["concurrency"]["now"])

    assert sandbox.ask("faults")[0]["struck"] == 1
