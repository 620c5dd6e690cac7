from __future__ import annotations

import pytest
from pydantic import SecretStr

from dashmedia.dam.settings import DashSettings
from dashmedia.errors import SettingsError

TOKEN = {"DASH_API_TOKEN": "abc-123"}
OAUTH = {"DASH_CLIENT_ID": "cid", "DASH_CLIENT_SECRET": "c-5ecret", "DASH_REFRESH_TOKEN": "r-5ecret"}


def test_a_token_is_enough():
    settings = DashSettings.from_env(TOKEN | {"PATH": "/bin", "DASH_CLIENT_ID": " "})

    assert settings.api_token.get_secret_value() == "abc-123"
    assert (settings.api_url, settings.auth_url) == ("https://api-v2.dash.app", "https://login.dash.app")
    assert (settings.requests_per_minute, settings.oauth) == (600, None)


def test_a_client_with_a_refresh_token_is_enough():
    settings = DashSettings.from_env(OAUTH)

    client_id, client_secret, refresh_token = settings.oauth
    assert (client_id, client_secret.get_secret_value(), refresh_token.get_secret_value()) == (
        "cid",
        "c-5ecret",
        "r-5ecret",
    )
    assert settings.api_token is None


def test_what_belongs_to_dash_social_and_the_ledger_is_left_aside():
    others = {"DASH_SOCIAL_TOKEN": "x", "DASH_SOCIAL_ANYTHING": "x", "DASH_LEDGER_URL": "sqlite://"}

    assert DashSettings.from_env(TOKEN | others).api_token


def test_an_empty_field_of_a_form_is_not_set():
    settings = DashSettings(api_token=SecretStr("abc-123"), client_secret=SecretStr(""), refresh_token=SecretStr(" "))

    assert (settings.client_secret, settings.refresh_token) == (None, None)


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        (
            {},
            "Neither DASH_API_TOKEN nor DASH_CLIENT_ID, DASH_CLIENT_SECRET, DASH_REFRESH_TOKEN are set. Set the token with",
        ),
        (
            OAUTH | {"DASH_CLIENT_ID": ""},
            "DASH_CLIENT_ID is not set. Client id, client secret and refresh token go together",
        ),
        (TOKEN | {"DASH_CLIENT_ID": "x"}, "DASH_CLIENT_SECRET and DASH_REFRESH_TOKEN are not set."),
        (TOKEN | {"DASH_APIURL": "https://x"}, "DASH_APIURL is not a setting. Did you mean DASH_API_URL?"),
        (TOKEN | {"DASH_SOCAIL_TOKEN": "x"}, "DASH_SOCAIL_TOKEN is not a setting. Did you mean DASH_SOCIAL_TOKEN?"),
        (TOKEN | {"DASH_ZZZZZZZZZZZZ": "x"}, "DASH_ZZZZZZZZZZZZ is not a setting. Known are DASH_API_TOKEN,"),
        (TOKEN | {"DASH_API_URL": "http://x.example"}, "DASH_API_URL is 'http://x.example'; expected https"),
        (TOKEN | {"DASH_AUTH_URL": "x"}, "DASH_AUTH_URL is 'x'"),
        (TOKEN | {"DASH_REQUESTS_PER_MINUTE": "0"}, "DASH_REQUESTS_PER_MINUTE makes no sense"),
        ({"DASH_API_TOKEN": "Bearer abc-123"}, "DASH_API_TOKEN holds a blank"),
        (OAUTH | {"DASH_REFRESH_TOKEN": "r-5ecret x"}, "DASH_REFRESH_TOKEN holds a blank"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_is_shown(env, complaint):
    with pytest.raises(SettingsError) as raised:
        DashSettings.from_env(env)

    assert complaint in str(raised.value)
    assert not any(secret in str(raised.value) for secret in ("abc-123", "5ecret"))


def test_no_secret_is_in_the_repr():
    shown = repr(DashSettings.from_env(TOKEN | OAUTH))

    assert "abc-123" not in shown
    assert "5ecret" not in shown
