"""Requests of `httpx` on our own connections."""

import httpx

from dashmedia.connections import KeptTransport
from dashmedia.http import TIMEOUT


def connected():
    return httpx.Client(transport=KeptTransport(TIMEOUT))


def test_a_connection_that_the_service_closed_meanwhile_is_not_used_again(raw_server, http_answer):
    server = raw_server(("cut", http_answer(200, b"whole")))

    with connected() as client:
        first = client.post(server.origin, json={"a": 1}).text
        server.wait_until_idle_ones_are_closed()
        second = client.post(server.origin, json={"a": 1}).text

    assert (first, second, server.connections) == ("whole", "whole", 2)


def test_the_environments_proxy_is_used_for_the_outside_and_never_for_this_machine(
    monkeypatch, raw_server, http_answer
):
    proxy = raw_server(http_answer(200, b"through the proxy"))
    direct = raw_server(http_answer(200, b"straight"))
    monkeypatch.setenv("http_proxy", proxy.origin)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    with httpx.Client(transport=KeptTransport(TIMEOUT)) as outside:
        through = outside.get("http://library.example/").text
    with httpx.Client(transport=KeptTransport(TIMEOUT)) as inside:
        straight = inside.get(direct.origin).text

    assert (through, straight) == ("through the proxy", "straight")


def test_a_header_beyond_ascii_is_taken_as_it_comes(raw_server):
    server = raw_server("HTTP/1.1 200 OK\r\nServer: caf\xe9\r\nContent-Length: 2\r\n\r\n{}".encode("latin-1"))

    with connected() as client:
        answer = client.get(server.origin)

    assert (answer.text, answer.headers["server"]) == ("{}", "caf\xe9")
