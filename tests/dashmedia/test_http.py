from __future__ import annotations

import gzip
import logging
import traceback

import httpx
import pytest
from pydantic import SecretStr

from dashmedia.errors import AuthError, ContractError, OutcomeUnknownError, RejectedError, SettingsError, TransientError
from dashmedia.http import Api, Repeat, RetryPolicy
from dashmedia.rate import RateBudget, RequestTally

TOKEN = "tok-5ecret"
CREATES = Repeat.CREATES


class Script:
    """Plays answers in order, the last for ever; an exception is raised. Remembers the requests."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.fixture
def open_api(fake_time):
    opened = []

    def start(*answers, base_url="https://api.example/v1", per_minute=1000, **more):
        script = Script(*answers)
        transport = httpx.MockTransport(script) if answers else None
        budget, tally = RateBudget(per_minute, **fake_time.args), RequestTally()
        api = Api(
            base_url,
            SecretStr(TOKEN),
            budget=budget,
            tally=tally,
            jitter=lambda: 1.0,
            transport=transport,
            **fake_time.args,
            **more,
        )
        api.script, api.budget, api.tally = script, budget, tally
        opened.append(api)
        return api

    yield start
    for api in opened:
        api.close()


def reply(status=200, content=b'{"ok": true}', **headers):
    return httpx.Response(status, content=content, headers={k.replace("_", "-"): v for k, v in headers.items()})


def get(api, path="/x", **more):
    return api.call("GET", path, endpoint="GET x", **more)


def create(api):
    return api.call("POST", "/x", endpoint="POST x", body={"a": 1}, repeat=CREATES)


def test_a_call_sends_json_with_the_token_below_the_base_url(open_api):
    api = open_api(reply())

    parsed = api.call("POST", "/x", endpoint="POST x", body={"a": 1}, params={"q": 2})

    request = api.script.requests[0]
    assert parsed == {"ok": True}
    assert str(request.url) == "https://api.example/v1/x?q=2"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert (request.headers["accept"], request.read()) == ("application/json", b'{"a":1}')


def test_an_empty_answer_is_none(open_api):
    assert get(open_api(reply(204, b""))) is None


def test_every_sending_is_counted(open_api):
    api = open_api(reply(503), reply())

    get(api)

    assert api.tally.counts() == {"GET x": 2}


def test_an_absolute_path_to_another_host_does_not_carry_the_token(open_api):
    api = open_api(reply())

    get(api, "https://evil.example/x")

    assert "authorization" not in api.script.requests[0].headers


def test_a_redirect_is_not_followed(open_api):
    api = open_api(reply(302, b"", location="https://evil.example/"))

    with pytest.raises(ContractError, match="302, a redirect"):
        get(api)

    assert len(api.script.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_is_sent_once(open_api, status):
    api = open_api(reply(status))

    with pytest.raises(RejectedError):
        get(api)

    assert len(api.script.requests) == 1


def test_retry_after_replaces_the_backoff_and_pauses_everybody(open_api, fake_time):
    api = open_api(reply(429, retry_after="7"), reply())

    get(api)

    assert fake_time.naps == [7]
    assert api.budget.paused_for() == 0


def test_a_date_in_retry_after_is_waited_for(open_api, fake_time):
    api = open_api(reply(503, retry_after="Sat, 21 Nov 2026 12:00:09 GMT"), reply())

    get(api)

    assert fake_time.naps == [9]


def test_without_retry_after_the_reset_is_waited_for(open_api, fake_time):
    api = open_api(reply(429, x_ratelimit_reset=str(fake_time.wall() + 30)), reply())

    get(api)

    assert fake_time.naps == pytest.approx([30])


def test_a_429_without_a_time_pauses_the_budget_for_a_second(open_api, fake_time):
    api = open_api(reply(429), reply())

    get(api)

    assert sum(fake_time.naps) == 1.0


def test_an_exhausted_window_holds_the_next_call(open_api, fake_time):
    api = open_api(reply(x_ratelimit_remaining="0", x_ratelimit_reset=str(fake_time.wall() + 5)), reply())
    get(api)

    get(api)

    assert fake_time.naps == pytest.approx([5])


def test_a_pause_longer_than_the_budget_ends_the_call_unsent(open_api, fake_time):
    api = open_api(reply())
    api.budget.pause(3600)

    with pytest.raises(TransientError, match="the service asked for a pause; nothing was sent"):
        get(api)

    assert (api.script.requests, fake_time.naps) == ([], [])


def test_keeping_the_pace_is_not_counted_as_trouble(open_api, fake_time):
    api = open_api(reply(), reply(503), reply(), per_minute=1, retry=RetryPolicy(budget_s=50))
    get(api)

    get(api)

    assert len(api.script.requests) == 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_create_that_ends_ambiguously_is_not_repeated(open_api, status):
    api = open_api(reply(status, retry_after="3"))

    with pytest.raises(OutcomeUnknownError, match="it was not sent again") as raised:
        create(api)

    assert (len(api.script.requests), raised.value.status, raised.value.wait_s) == (1, status, 3)


@pytest.mark.parametrize(
    "error",
    [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x")],
)
def test_a_create_without_an_answer_is_not_repeated(open_api, error):
    api = open_api(error)

    with pytest.raises(OutcomeUnknownError):
        create(api)

    assert len(api.script.requests) == 1


@pytest.mark.parametrize("bad", [reply(201, b'{"id": 1'), reply(200, b"<html>hello</html>", content_type="text/html")])
def test_a_create_whose_answer_cannot_be_read_is_not_repeated(open_api, bad):
    api = open_api(bad)

    with pytest.raises(OutcomeUnknownError, match="not whole JSON"):
        create(api)

    assert len(api.script.requests) == 1


@pytest.mark.parametrize(
    "never_arrived",
    [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), reply(429), reply(425)],
)
def test_a_create_that_did_not_arrive_is_repeated(open_api, never_arrived):
    api = open_api(never_arrived, reply(201, b'{"id": 1}'))

    assert create(api) == {"id": 1}
    assert len(api.script.requests) == 2
    assert api.script.requests[1].read() == b'{"a":1}'


@pytest.mark.parametrize(
    "trouble",
    [
        reply(500),
        reply(200, b'{"ok"'),
        reply(200, b"<html>", content_type="text/html"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.DecodingError("x"),
    ],
)
def test_a_safe_call_is_repeated_after_any_trouble(open_api, trouble):
    assert get(open_api(trouble, reply())) == {"ok": True}


def test_an_answer_that_does_not_unpack_is_trouble_too(open_api):
    packed = gzip.compress(b'{"ok": true}')

    def cut_short(request):
        api.script.requests.append(request)
        whole = len(api.script.requests) > 1
        return httpx.Response(200, stream=httpx.ByteStream(packed if whole else b"no gzip"), headers=zipped)

    zipped = {"content-encoding": "gzip"}
    api = open_api(reply())
    api._transport = httpx.MockTransport(cut_short)

    assert get(api) == {"ok": True}


def test_the_last_trouble_is_named_with_tries_and_time(open_api):
    api = open_api(reply(503, b"<html><title>Down</title></html>"), retry=RetryPolicy(attempts=3))

    with pytest.raises(TransientError, match=r"GET x: the service answered 503, Down; seen at try 3, after 2 s"):
        get(api)


def test_neither_message_nor_cause_holds_the_token(open_api):
    echo = f'{{"description": "token {TOKEN} is unknown"}}'.encode()

    for trouble in (reply(401, echo), reply(500, echo), httpx.ReadTimeout("x")):
        with pytest.raises((AuthError, TransientError)) as raised:
            get(open_api(trouble, retry=RetryPolicy(attempts=1)))

        assert TOKEN not in "".join(traceback.format_exception(raised.value))
        assert not any(isinstance(error, httpx.HTTPError) for error in chain_of(raised.value))


def chain_of(error):
    while error:
        yield error
        error = error.__cause__ or error.__context__


def test_the_token_is_in_no_log_at_any_level(unfiltered_loggers, raw_server, http_answer, open_api, caplog):
    server = raw_server(http_answer(200, b"{}", Location="https://b/k?X-Amz-Signature=deadbeef"))
    api = open_api(base_url=server.origin)

    with caplog.at_level(logging.DEBUG):
        get(api, "/x?X-Amz-Signature=deadbeef")

    assert TOKEN not in caplog.text
    assert "deadbeef" not in caplog.text
    assert server.requests[0][1]["authorization"] == f"Bearer {TOKEN}"


def test_a_create_whose_connection_is_reset_is_sent_once(raw_server, open_api):
    server = raw_server(None)

    with pytest.raises(OutcomeUnknownError):
        create(open_api(base_url=server.origin))

    assert len(server.requests) == 1


def test_a_read_whose_connection_is_reset_is_sent_again(raw_server, http_answer, open_api):
    server = raw_server(None, http_answer(200, b'{"ok": 1}'))

    assert get(open_api(base_url=server.origin)) == {"ok": 1}


def test_a_body_cut_by_the_network_is_asked_for_again(raw_server, http_answer, open_api):
    whole = http_answer(200, b'{"ok": 1}')
    server = raw_server(("cut", whole[:-4]), whole)

    assert get(open_api(base_url=server.origin)) == {"ok": 1}


def test_a_create_whose_answer_is_cut_by_the_network_is_sent_once(raw_server, http_answer, open_api):
    server = raw_server(("cut", http_answer(201, b'{"id": 1}')[:-4]))

    with pytest.raises(OutcomeUnknownError):
        create(open_api(base_url=server.origin))

    assert len(server.requests) == 1


def test_a_server_that_says_nothing_is_given_up(raw_server, http_answer, open_api):
    server = raw_server("stall", http_answer(200, b"{}"))
    short = httpx.Timeout(connect=5, read=0.1, write=5, pool=5)

    assert get(open_api(base_url=server.origin, timeout=short)) == {}
    assert len(server.requests) == 2


def test_a_create_to_a_server_that_says_nothing_is_sent_once(raw_server, open_api):
    server = raw_server("stall")
    api = open_api(base_url=server.origin, timeout=httpx.Timeout(connect=5, read=0.1, write=5, pool=5))

    with pytest.raises(OutcomeUnknownError, match="no whole answer came"):
        create(api)

    assert len(server.requests) == 1


def test_a_service_nobody_listens_at_is_named(open_api):
    api = open_api(base_url="http://127.0.0.1:9", retry=RetryPolicy(attempts=2))

    with pytest.raises(TransientError, match=r"GET x: no whole answer came \(ConnectError: .*refused"):
        get(api)


def test_this_machine_is_reached_without_the_environments_proxy(raw_server, http_answer, open_api, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server = raw_server(http_answer(200, b"{}"))

    assert get(open_api(base_url=server.origin)) == {}


def test_a_base_url_that_would_show_the_token_is_refused(open_api):
    with pytest.raises(SettingsError, match="expected https"):
        open_api(reply(), base_url="http://api.example")


def test_a_certificate_nobody_vouches_for_never_sees_the_token(raw_server, http_answer, open_api, own_authority):
    server = raw_server(http_answer(200, b"{}"), tls=own_authority[1])

    with pytest.raises(TransientError, match="CERTIFICATE_VERIFY_FAILED"):
        get(open_api(base_url=server.origin, retry=RetryPolicy(attempts=1)))

    assert server.requests == []


class Renewing:
    """Gives `old`, and `new` for it once; remembers what was refused."""

    def __init__(self, new="new-5ecret"):
        self.new, self.refused = new, []

    def current(self):
        return SecretStr("old-5ecret")

    def renewed(self, refused):
        self.refused.append(refused.get_secret_value())
        return SecretStr(self.new) if self.new else None


@pytest.fixture
def with_tokens(fake_time):
    """An API with a source of tokens, and the Authorization header of each request."""
    opened = []

    def start(tokens, *answers):
        script, seen = Script(*answers), []

        def answer_to(request):
            seen.append(request.headers.get("authorization"))
            return script(request)

        api = Api(
            "https://api.example",
            tokens,
            budget=RateBudget(1000, **fake_time.args),
            tally=RequestTally(),
            transport=httpx.MockTransport(answer_to),
            **fake_time.args,
        )
        opened.append(api)
        return api, seen

    yield start
    for api in opened:
        api.close()


@pytest.mark.parametrize("call", [get, create])
def test_a_call_that_is_refused_for_its_token_is_sent_once_more_with_another(with_tokens, call):
    tokens = Renewing()
    api, seen = with_tokens(tokens, reply(401), reply())

    assert call(api) == {"ok": True}
    assert seen == ["Bearer old-5ecret", "Bearer new-5ecret"]
    assert tokens.refused == ["old-5ecret"]


def test_a_second_refusal_ends_the_call(with_tokens):
    api, seen = with_tokens(Renewing(), reply(401))

    with pytest.raises(AuthError):
        get(api)

    assert len(seen) == 2


def test_without_another_token_the_first_refusal_ends_the_call(with_tokens):
    api, seen = with_tokens(Renewing(new=None), reply(401))

    with pytest.raises(AuthError):
        get(api)

    assert len(seen) == 1


def test_a_call_with_another_token_has_its_own_repeats(with_tokens):
    api, seen = with_tokens(Renewing(), reply(503), reply(401), reply(503), reply())

    assert get(api) == {"ok": True}
    assert seen == ["Bearer old-5ecret"] * 2 + ["Bearer new-5ecret"] * 2


def test_without_a_token_none_is_sent(with_tokens):
    api, seen = with_tokens(None, reply(), reply(401))

    get(api)
    with pytest.raises(AuthError):
        get(api)

    assert seen == [None, None]


def test_other_secrets_of_a_request_are_hidden_too(with_tokens):
    api, _ = with_tokens(Renewing(), reply(400, b'{"message": "client-5ecret and old-5ecret do not match"}'))

    with pytest.raises(RejectedError, match=r"400: \[hidden\] and \[hidden\] do not match"):
        get(api, secrets=(SecretStr("client-5ecret"), SecretStr("")))
