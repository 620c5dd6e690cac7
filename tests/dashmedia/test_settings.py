from __future__ import annotations

import pytest

from dashmedia.errors import SettingsError
from dashmedia.settings import SocialSettings

TOKEN = {"DASH_SOCIAL_TOKEN": "abc-123"}


def test_only_the_token_is_needed():
    settings = SocialSettings.from_env(TOKEN | {"PATH": "/bin", "DASH_API_URL": "x"})

    assert settings.token.get_secret_value() == "abc-123"
    assert settings.api_url == "https://library-backend.dashsocial.com"
    assert settings.auth_url == "https://auth.dashsocial.com"
    assert (settings.requests_per_minute, settings.put_mode, settings.page_pause_s) == (1000, "auto", 1.0)


def test_every_setting_can_be_set():
    settings = SocialSettings.from_env(
        TOKEN
        | {
            "DASH_SOCIAL_API_URL": "http://127.0.0.1:8000/",
            "DASH_SOCIAL_AUTH_URL": "https://auth.example",
            "DASH_SOCIAL_REQUESTS_PER_MINUTE": " 500 ",
            "DASH_SOCIAL_PUT_MODE": "bare",
            "DASH_SOCIAL_PAGE_PAUSE_S": "0",
        }
    )

    assert (settings.api_url, settings.auth_url) == ("http://127.0.0.1:8000", "https://auth.example")
    assert (settings.requests_per_minute, settings.put_mode, settings.page_pause_s) == (500, "bare", 0.0)


def test_an_empty_variable_is_not_set():
    assert SocialSettings.from_env(TOKEN | {"DASH_SOCIAL_PUT_MODE": " "}).put_mode == "auto"


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ({"DASH_SOCIAL_APIURL": "https://x"}, "DASH_SOCIAL_APIURL is not a setting. Did you mean DASH_SOCIAL_API_URL?"),
        (
            {"DASH_SOCIAL_ZZZZZZZZZZZZ": "1"},
            "DASH_SOCIAL_ZZZZZZZZZZZZ is not a setting. Known are DASH_SOCIAL_API_URL,",
        ),
        ({"DASH_SOCIAL_API_URL": "http://x.example"}, "DASH_SOCIAL_API_URL is 'http://x.example'; expected https"),
        ({"DASH_SOCIAL_AUTH_URL": "x"}, "DASH_SOCIAL_AUTH_URL is 'x'"),
        ({"DASH_SOCIAL_PUT_MODE": "both"}, "DASH_SOCIAL_PUT_MODE makes no sense: Input should be 'auto', 'signed' or"),
        ({"DASH_SOCIAL_REQUESTS_PER_MINUTE": "many"}, "DASH_SOCIAL_REQUESTS_PER_MINUTE makes no sense"),
        ({"DASH_SOCIAL_REQUESTS_PER_MINUTE": "0"}, "DASH_SOCIAL_REQUESTS_PER_MINUTE makes no sense"),
        ({"DASH_SOCIAL_PAGE_PAUSE_S": "-1"}, "DASH_SOCIAL_PAGE_PAUSE_S makes no sense"),
        ({"DASH_SOCIAL_TOKEN": "Bearer abc-123"}, "DASH_SOCIAL_TOKEN holds a blank"),
    ],
)
def test_a_wrong_setting_is_named_and_the_token_is_not_shown(extra, complaint):
    with pytest.raises(SettingsError) as raised:
        SocialSettings.from_env(TOKEN | extra)

    assert complaint in str(raised.value)
    assert "abc-123" not in str(raised.value)


def test_a_missing_token_says_how_to_set_it():
    with pytest.raises(SettingsError, match=r"DASH_SOCIAL_TOKEN is not set\. Set it to the API key .* `export DASH_"):
        SocialSettings.from_env({})


def test_a_slip_in_the_tokens_name_is_pointed_out():
    with pytest.raises(SettingsError, match=r"DASH_SOCAIL_TOKEN is set: is it a slip\?"):
        SocialSettings.from_env({"DASH_SOCAIL_TOKEN": "abc"})


def test_the_token_is_not_in_the_repr():
    assert "abc-123" not in repr(SocialSettings.from_env(TOKEN))
