from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from dashmedia.credentials import BearerFor, FixedToken, check_base_url, check_token, is_loopback
from dashmedia.errors import SettingsError

TOKEN = SecretStr("abc-123")


def authorised(base_url, url):
    request = httpx.Request("GET", url)
    BearerFor(base_url, TOKEN).add_to(request)
    return request.headers.get("authorization")


def test_the_token_goes_to_its_own_origin():
    assert authorised("https://api.example/v1", "https://API.example:443/other") == "Bearer abc-123"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://api.example/",
        "https://api.example:8443/",
        "https://api.example.evil.example/",
        "https://user@evil.example/",
    ],
)
def test_the_token_goes_to_no_other_origin(url):
    assert authorised("https://api.example", url) is None


def test_a_fixed_token_is_cleaned_and_never_renewed():
    source = FixedToken(SecretStr(" abc-123\n"))

    assert source.current() == TOKEN
    assert source.renewed(TOKEN) is None


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        (" https://api.example/ ", "https://api.example"),
        ("https://api.example/v1/", "https://api.example/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/social", "http://localhost:8000/social"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_https_or_this_machine_is_taken(url, clean):
    assert check_base_url("X", url) == clean


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://api.example", "expected https"),
        ("ftp://127.0.0.1", "expected https"),
        ("api.example", "expected https"),
        ("", "expected https"),
        ("https://", "expected https"),
        ("https://user:pw@api.example", "carries a user"),
        ("https://api.example?key=1", "carries a user"),
        ("https://api.example#x", "carries a user"),
        ("https://api.example:port", "is not a URL"),
    ],
)
def test_any_other_url_is_refused_with_its_setting(url, complaint):
    with pytest.raises(SettingsError, match=rf"X .*{complaint}"):
        check_base_url("X", url)


def test_blanks_around_a_token_are_dropped():
    assert check_token("X", SecretStr(" abc \n")).get_secret_value() == "abc"


@pytest.mark.parametrize("token", ["", "  ", "Bearer abc", "a\nb", "clé", "a\x00b"])
def test_a_token_that_no_header_can_carry_is_refused_without_showing_it(token):
    with pytest.raises(SettingsError, match=r"X (is empty|holds a blank)") as raised:
        check_token("X", SecretStr(token))

    assert "abc" not in str(raised.value)
    assert "clé" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.8.9.1", True), ("::1", True), ("a.localhost", True), ("10.0.0.1", False), ("localhost.example", False)],
)
def test_loopback_is_this_machine_only(host, is_here):
    assert is_loopback(host) is is_here
