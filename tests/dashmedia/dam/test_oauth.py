from __future__ import annotations

import json
import threading

import httpx
import pytest
from pydantic import SecretStr

from dashmedia.dam.oauth import RefreshedToken
from dashmedia.errors import ContractError, RefreshRefusedError, TransientError
from dashmedia.http import Api
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.retry import RetryPolicy


class Login:
    """Sells `at-1`, `at-2` and so on for the refresh token `good`, or any; `terms` go into each answer."""

    def __init__(self):
        self.terms, self.answer, self.refreshes = {"expires_in": 2_592_000}, None, []
        self.good = None

    def __call__(self, request):
        self.refreshes.append(json.loads(request.read())["refresh_token"])
        if self.good not in (None, self.refreshes[-1]):
            return httpx.Response(403, json={"error": "invalid_grant"})
        return self.answer or httpx.Response(200, json={"access_token": f"at-{len(self.refreshes)}"} | self.terms)


class Kept:
    """Refresh tokens that were kept; the last one is the latest."""

    def __init__(self, *tokens):
        self.tokens = [SecretStr(token) for token in tokens]

    def keep(self, token):
        self.tokens.append(token)

    def latest(self):
        return self.tokens[-1] if self.tokens else None


@pytest.fixture
def login():
    return Login()


@pytest.fixture
def token(login, fake_time):
    opened = []

    def start(**more):
        api = Api(
            "https://login.example",
            None,
            budget=RateBudget(1000, **fake_time.args),
            tally=RequestTally(),
            retry=RetryPolicy(attempts=2),
            transport=httpx.MockTransport(login),
            **fake_time.args,
        )
        opened.append(api)
        secrets = {"client_secret": SecretStr("c-5ecret"), "refresh_token": SecretStr("r-0")}
        return RefreshedToken(api, client_id="cid", clock=fake_time.clock, **secrets, **more)

    yield start
    for api in opened:
        api.close()


def text(token):
    return token.get_secret_value()


def test_a_token_is_bought_at_first_use_and_then_kept(token, login):
    source = token()

    assert login.refreshes == []
    assert [text(source.current()) for _ in range(3)] == ["at-1"] * 3


@pytest.mark.parametrize(
    ("terms", "good_for_s"),
    [
        ({"expires_in": 2_592_000}, 2_592_000 - 300),
        ({"expires_in": "7200"}, 7_200 - 300),
        ({"expires_in": 60}, 54),
        ({}, 3_300),
        ({"expires_in": None}, 3_300),
        ({"expires_in": "soon"}, 3_300),
        ({"expires_in": -5}, 3_300),
        ({"expires_in": [60]}, 3_300),
    ],
)
def test_a_token_is_renewed_before_it_ends(token, login, fake_time, terms, good_for_s):
    login.terms = terms
    source = token()
    source.current()

    fake_time.now += good_for_s - 1
    assert text(source.current()) == "at-1"

    fake_time.now += 1
    assert text(source.current()) == "at-2"


def test_a_token_of_unknown_age_is_used_until_it_is_refused(token, fake_time):
    source = token(access_token=SecretStr("given"))
    fake_time.now += 10**9

    assert text(source.current()) == "given"
    assert text(source.renewed(SecretStr("given"))) == "at-1"


def test_a_refresh_token_that_is_not_rotated_is_used_again(token, login):
    kept = Kept()
    login.terms = {"refresh_token": "r-0"}
    source = token(kept=kept)

    source.renewed(source.current())

    assert (login.refreshes, kept.tokens) == (["r-0", "r-0"], [])


def test_a_rotated_refresh_token_is_handed_over_and_used_next(token, login):
    kept = Kept()
    login.terms = {"refresh_token": "r-1"}
    source = token(kept=kept)

    source.renewed(source.current())

    assert login.refreshes == ["r-0", "r-1"]
    assert kept.tokens == [SecretStr("r-1")]


def test_a_rotation_without_anybody_to_tell_is_used_next(token, login):
    login.terms = {"refresh_token": "r-1"}
    source = token()

    source.renewed(source.current())

    assert login.refreshes == ["r-0", "r-1"]


def test_a_refresh_token_that_could_not_be_kept_is_not_forgotten(token, login):
    class FullDisk(Kept):
        def keep(self, _):
            raise OSError(28, "No space left on device")

    login.terms = {"refresh_token": "r-1"}
    source = token(kept=FullDisk())

    with pytest.raises(OSError, match="No space"):
        source.current()

    assert text(source.current()) == "at-1"
    source.renewed(SecretStr("at-1"))
    assert login.refreshes == ["r-0", "r-1"]


def test_a_refresh_token_that_another_process_exchanged_is_taken_from_where_it_is_kept(token, login):
    login.good, kept = "r-7", Kept("r-0")
    source = token(kept=kept)
    kept.tokens.append(SecretStr("r-7"))

    assert text(source.current()) == "at-2"
    assert login.refreshes == ["r-0", "r-7"]


@pytest.mark.parametrize("kept", [None, Kept(), Kept("r-0"), Kept("r-5")])
def test_without_another_that_is_good_the_refusal_stands(token, login, kept):
    login.good = "r-7"

    with pytest.raises(RefreshRefusedError, match="403"):
        token(kept=kept).current()

    assert login.refreshes in (["r-0"], ["r-0", "r-5"])


def test_many_threads_that_are_refused_buy_one_token(token, login):
    source = token()
    refused = source.current()
    together, found = threading.Barrier(8, timeout=10), []

    def renew():
        together.wait()
        found.append(text(source.renewed(refused)))

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["at-2"] * 8
    assert len(login.refreshes) == 2


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a b"}, [], None])
def test_an_answer_without_a_token_is_a_broken_contract(token, login, answer):
    login.answer = httpx.Response(200, json=answer)

    with pytest.raises(ContractError, match="POST oauth/token has no usable access_token: seen"):
        token().current()


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_says_which_credential_and_what_to_do(token, login, status):
    login.answer = httpx.Response(status, json={"error": "invalid_grant", "error_description": "r-0 is unknown"})

    with pytest.raises(
        RefreshRefusedError, match=rf"{status}: \[hidden\] is unknown. The client id and secret come from"
    ):
        token().current()

    assert len(login.refreshes) == 1


def test_a_login_that_is_down_is_asked_again(token, login):
    login.answer = httpx.Response(503)

    with pytest.raises(TransientError, match="POST oauth/token: the service answered 503; seen at try 2"):
        token().current()
