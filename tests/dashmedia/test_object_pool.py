from __future__ import annotations

from contextlib import closing
from http.client import IncompleteRead

import pytest

from dashmedia.object_pool import KEEPALIVE_S, ObjectPool

LENGTH = {"Content-Length": "5"}


@pytest.fixture
def pool(fake_time):
    with closing(ObjectPool(silence_s=5, clock=fake_time.clock)) as opened:
        yield opened


def put(pool, server, content=b"bytes"):
    return pool.put(f"{server.origin}/k?sig=%2Fa~", LENGTH, content)


def test_an_answer_comes_back_whole(pool, raw_server, http_answer):
    server = raw_server(http_answer(403, b"<Error/>", X_Amz_Id="7"))

    answer = put(pool, server)

    assert (answer.status, answer.content, answer.headers["x-amz-id"]) == (403, b"<Error/>", "7")


def test_a_connection_is_used_again(pool, raw_server, http_answer):
    server = raw_server(http_answer(200))
    put(pool, server)
    put(pool, server)

    assert (len(server.requests), server.connections) == (2, 1)


def test_a_connection_that_was_idle_for_long_is_not(pool, raw_server, http_answer, fake_time):
    server = raw_server(http_answer(200))
    put(pool, server)
    fake_time.now += KEEPALIVE_S

    put(pool, server)

    assert server.connections == 2


def test_a_connection_the_storage_wants_to_close_is_not(pool, raw_server, http_answer):
    server = raw_server(http_answer(200, Connection="close"))
    put(pool, server)
    put(pool, server)

    assert server.connections == 2


def test_hosts_do_not_share_connections(pool, raw_server, http_answer):
    one, other = raw_server(http_answer(200)), raw_server(http_answer(201))

    assert [put(pool, one).status, put(pool, other).status, put(pool, one).status] == [200, 201, 200]


def test_a_pool_closed_during_a_put_keeps_nothing(pool, raw_server, http_answer):
    server = raw_server(http_answer(200))

    def content():
        pool.close()
        yield b"bytes"

    put(pool, server, content())
    put(pool, server)

    assert server.connections == 2


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Len", b"HTTP/1.1 200"])
def test_headers_cut_by_the_network_are_no_success(pool, raw_server, head):
    server = raw_server(("cut", head))

    with pytest.raises(IncompleteRead):
        put(pool, server)


def test_the_reason_of_a_storage_that_hangs_up_early_is_read(pool, raw_server, http_answer):
    server = raw_server(("early", http_answer(403, b"<Error/>")))

    def content():
        yield b"b"
        raise BrokenPipeError

    assert put(pool, server, content()).status == 403
    assert put(pool, server).status == 403


def test_the_environments_proxy_is_told_the_whole_url(raw_server, http_answer, monkeypatch):
    proxy = raw_server(http_answer(200))
    monkeypatch.setenv("http_proxy", proxy.origin.replace("http://", "http://us%40er:pass@"))
    monkeypatch.delenv("no_proxy", raising=False)

    with closing(ObjectPool()) as pool:
        pool.put("http://s3.example/k?sig=%2Fa~", LENGTH, b"bytes")

    head, headers, _ = proxy.requests[0]
    assert head == "PUT http://s3.example/k?sig=%2Fa~ HTTP/1.1"
    assert (headers["host"], headers["proxy-authorization"]) == ("s3.example", "Basic dXNAZXI6cGFzcw==")


def test_an_encrypted_put_asks_the_proxy_for_a_tunnel(raw_server, http_answer, monkeypatch):
    proxy = raw_server(http_answer(403))
    monkeypatch.setenv("https_proxy", proxy.origin)
    monkeypatch.delenv("no_proxy", raising=False)

    with closing(ObjectPool()) as pool, pytest.raises(OSError, match="403"):
        pool.put("https://s3.example/k?sig=deadbeef", LENGTH, b"bytes")

    assert [head.split()[:2] for head, _, _ in proxy.requests] == [["CONNECT", "s3.example:443"]]
