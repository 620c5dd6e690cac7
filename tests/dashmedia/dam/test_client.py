from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from dashmedia.dam import DashSettings, open_dash
from dashmedia.dam.criteria import IsEmpty, MatchAll
from dashmedia.dam.field_refs import Plain
from dashmedia.dam.searches import Sort, Terms
from dashmedia.errors import AuthError, ContractError, PermissionDeniedError, RefreshRefusedError, RejectedError
from dashmedia.rate import RequestTally


class KeptTokens:
    def __init__(self):
        self.tokens = []

    def keep(self, token):
        self.tokens.append(token)


KIM = {"result": {"id": "auth0|1", "name": "Kim"}, "permittedActions": []}


def test_who_am_i(client, dash):
    dash.answers["GET", "/current-user"] = 200, KIM

    assert client.current_user().user.name == "Kim"


def test_events_are_searched_with_their_aggregations(client, dash):
    dash.answers["POST", "/asset-download-event-searches"] = (
        200,
        {"totalResults": 3, "results": [], "aggregations": {"per_asset": {"a-1": 3}}},
    )

    found = client.search_download_events(MatchAll(), 0, 50, aggregations={"per_asset": Terms(Plain("ASSET_ID"))})

    assert (found.total, found.aggregations) == (3, {"per_asset": {"a-1": 3}})


def test_fields_folders_options_and_portals_are_read(client, dash):
    folder = {"id": "o-2", "value": "2026-08", "parent": {"id": "o-1", "value": "UGC", "parent": None}}
    dash.answers |= {
        ("GET", "/fields"): (200, [{"result": {"id": "f-1", "name": "Folders"}}]),
        ("GET", "/folder-settings"): (200, {"result": {"fieldId": "f-1"}}),
        ("GET", "/field-options/o-2"): (200, {"result": folder}),
        ("GET", "/portals/p-1"): (200, {"result": {"id": "p-1", "name": "Press"}}),
        ("POST", "/field-option-searches"): (200, {"totalResults": 1, "results": [{"result": folder}]}),
    }

    assert client.fields()[0].name == "Folders"
    assert client.folder_settings() == "f-1"
    assert str(client.folder_path("o-2")) == "/UGC/2026-08"
    assert client.portal("p-1").name == "Press"
    roots = client.search_field_options(IsEmpty(Plain("PARENT_ID")), 0, 200, [Sort(Plain("POSITION"))])
    assert roots.records[0].value == "2026-08"


def test_a_users_id_is_encoded(client, dash):
    dash.answers["GET", "/users/auth0%7C1"] = 200, KIM

    assert client.user("auth0|1").display_name == "Kim"


@pytest.mark.parametrize(("status", "error"), [(404, RejectedError), (403, PermissionDeniedError)])
def test_a_single_look_up_that_leads_to_nothing_says_so(client, dash, status, error):
    dash.answers["GET", "/assets/gone"] = status, {"message": "There is none."}

    with pytest.raises(error, match=f"GET assets was refused with {status}: There is none."):
        client.asset("gone")


def test_an_answer_that_is_nothing_is_a_broken_contract(client, dash):
    dash.answers["GET", "/current-user"] = 200, None

    with pytest.raises(ContractError, match="GET current-user"):
        client.current_user()


def bodies(server):
    return [(head.split()[1], headers.get("authorization"), body) for head, headers, body in server.requests]


def test_a_static_token_reaches_the_api_and_the_tally(raw_server, http_answer):
    api = raw_server(http_answer(200, json.dumps(KIM).encode()))
    tally = RequestTally()

    with open_dash(DashSettings(api_url=api.origin, api_token=SecretStr("tok-5ecret")), tally=tally) as client:
        assert client.current_user().user.name == "Kim"

    assert bodies(api) == [("/current-user", "Bearer tok-5ecret", b"")]
    assert tally.counts() == {"GET current-user": 1}


def test_a_static_token_that_is_refused_is_sent_once(raw_server, http_answer):
    api = raw_server(http_answer(401, b'{"message": "Full authentication is required"}'))

    with (
        open_dash(DashSettings(api_url=api.origin, api_token=SecretStr("tok-5ecret")), tally=RequestTally()) as client,
        pytest.raises(AuthError, match="GET current-user was refused with 401: Full authentication is required"),
    ):
        client.current_user()

    assert len(api.requests) == 1


@pytest.fixture
def oauth_settings(raw_server, http_answer):
    """Settings of two servers that play these answers, and the servers."""

    def start(api_answers, login_answers, **more):
        api = raw_server(*(http_answer(status, json.dumps(body).encode()) for status, body in api_answers))
        login = raw_server(*(http_answer(status, json.dumps(body).encode()) for status, body in login_answers))
        settings = DashSettings(
            api_url=api.origin,
            auth_url=login.origin,
            client_id="cid",
            client_secret=SecretStr("c-5ecret"),
            refresh_token=SecretStr("r-5ecret"),
            **more,
        )
        return settings, api, login

    return start


def test_a_token_is_bought_used_and_bought_again_when_it_is_refused(oauth_settings):
    settings, api, login = oauth_settings(
        [(200, KIM), (401, {}), (200, KIM)],
        [
            (200, {"access_token": "at-1", "expires_in": 86400}),
            (200, {"access_token": "at-2", "refresh_token": "r-new"}),
        ],
    )
    tally, kept = RequestTally(), KeptTokens()

    with open_dash(settings, tally=tally, refresh_tokens=kept) as client:
        client.current_user()
        client.current_user()

    assert [token for _, token, _ in bodies(api)] == ["Bearer at-1", "Bearer at-1", "Bearer at-2"]
    assert [(path, token) for path, token, _ in bodies(login)] == [("/oauth/token", None)] * 2
    assert json.loads(bodies(login)[0][2]) == {
        "grant_type": "refresh_token",
        "client_id": "cid",
        "client_secret": "c-5ecret",
        "refresh_token": "r-5ecret",
    }
    assert [token.get_secret_value() for token in kept.tokens] == ["r-new"]
    assert tally.counts() == {"POST oauth/token": 2, "GET current-user": 3}


def test_a_token_from_elsewhere_is_used_until_it_is_refused(oauth_settings):
    settings, api, login = oauth_settings(
        [(200, KIM), (401, {}), (200, KIM)], [(200, {"access_token": "at-1"})], api_token=SecretStr("tok-5ecret")
    )

    with open_dash(settings, tally=RequestTally()) as client:
        client.current_user()
        client.current_user()

    assert [token for _, token, _ in bodies(api)] == ["Bearer tok-5ecret", "Bearer tok-5ecret", "Bearer at-1"]
    assert len(login.requests) == 1


def test_a_new_token_that_is_refused_too_ends_the_call(oauth_settings):
    settings, api, login = oauth_settings(
        [(401, {"message": "no"})], [(200, {"access_token": "at-1"}), (200, {"access_token": "at-2"})]
    )

    with (
        open_dash(settings, tally=RequestTally()) as client,
        pytest.raises(AuthError, match="GET current-user was refused"),
    ):
        client.current_user()

    assert (len(api.requests), len(login.requests)) == (2, 2)


def test_a_refresh_token_that_is_refused_is_said_without_showing_it(oauth_settings):
    refusal = {"error": "invalid_grant", "error_description": "Refresh token r-5ecret of c-5ecret is unknown."}
    settings, api, _ = oauth_settings([(200, KIM)], [(403, refusal)])

    with open_dash(settings, tally=RequestTally()) as client, pytest.raises(RefreshRefusedError) as raised:
        client.current_user()

    assert "POST oauth/token was refused with 403: Refresh token [hidden] of [hidden] is unknown." in str(raised.value)
    assert "authorise the app again" in str(raised.value)
    assert api.requests == []
