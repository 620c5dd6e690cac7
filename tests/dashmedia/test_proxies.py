from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from dashmedia.errors import SettingsError
from dashmedia.proxies import Proxies

OUTSIDE = urlsplit("https://s3.example/k")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_a_proxy_the_way_is_straight():
    assert Proxies().towards(OUTSIDE) is None


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("url", ["proxy.example:3128", "http://proxy.example:3128/"])
def test_a_proxy_is_read_with_and_without_its_scheme(monkeypatch, name, url):
    monkeypatch.setenv(name, url)

    proxy = Proxies().towards(OUTSIDE)

    assert (proxy.host, proxy.port, proxy.headers) == ("proxy.example", 3128, {})


def test_user_and_password_become_a_header_that_repr_does_not_show(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://us%40er:pass@proxy.example")

    proxy = Proxies().towards(OUTSIDE)

    assert (proxy.port, proxy.headers) == (80, {"Proxy-Authorization": "Basic dXNAZXI6cGFzcw=="})
    assert "dXNAZXI6cGFzcw" not in repr(proxy)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/k", "http://localhost/k", "https://[::1]/k"])
def test_this_machine_is_reached_directly(monkeypatch, url):
    monkeypatch.setenv("ALL_PROXY", "proxy.example")

    assert Proxies().towards(urlsplit(url)) is None


def test_an_excepted_host_is_reached_directly(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example")
    monkeypatch.setenv("NO_PROXY", ".example")

    assert Proxies().towards(OUTSIDE) is None


@pytest.mark.parametrize("url", ["socks5://proxy.example", "https://proxy.example", "http://"])
def test_a_proxy_we_cannot_speak_to_is_refused_in_a_sentence(monkeypatch, url):
    monkeypatch.setenv("HTTPS_PROXY", url)

    with pytest.raises(SettingsError, match="names a proxy that speaks"):
        Proxies()
