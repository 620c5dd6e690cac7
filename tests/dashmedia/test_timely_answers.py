"""An answer that comes byte by byte, over a real socket."""

import socket
import threading
from contextlib import closing, suppress
from http.client import HTTPException
from urllib.parse import urlsplit

import pytest

from dashmedia import timely_answers
from dashmedia.kept_connections import KeptConnections

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.fixture
def trickle():
    """An address whose answers never end and are never silent for long; what is sent before the first pause is an argument."""
    over, threads = threading.Event(), []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(at_once):
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(1000)
            connection.sendall(at_once)
            while not over.wait(0.02):
                connection.sendall(b"x")

    def start(at_once):
        threads.append(threading.Thread(target=serve, args=(at_once,)))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    over.set()
    for thread in threads:
        thread.join()
    listener.close()


@pytest.mark.parametrize("at_once", [HEAD, b"HTTP/1.1 200 "], ids=["in its body", "in its head"])
def test_an_answer_that_trickles_is_given_up_although_it_is_never_silent(trickle, at_once):
    url = trickle(at_once)

    with closing(KeptConnections(silence_s=60, answer_s=0.3)) as connections, pytest.raises(TimeoutError):
        connections.exchange("GET", urlsplit(url), {}, b"")


def test_a_connection_that_was_slow_is_as_patient_as_ever_at_its_next_request(raw_server, http_answer):
    server = raw_server(http_answer(200, b"whole"))

    with closing(KeptConnections(silence_s=60, answer_s=50)) as connections:
        answers = [connections.exchange("GET", urlsplit(server.origin), {}, b"") for _ in range(2)]
        patience = [connection.sock.gettimeout() for kept in connections._idle.values() for _, connection in kept]

    assert [answer.content for answer in answers] == [b"whole"] * 2
    assert (server.connections, patience) == (1, [60])


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (b"Content-Length: 9000\r\n\r\nabc", "IncompleteRead"),
        (b"Content-Length: 99999999999999\r\n\r\nabc", "more than 10,000 bytes"),
        (b"Content-Length: 9223372036854775807\r\n\r\nabc", "more than 10,000 bytes"),
        (b"Transfer-Encoding: chunked\r\n\r\n7fffffffffff\r\nabc", "IncompleteRead"),
        (b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc", "IncompleteRead"),
        (b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc", "a chunk of the answer has a size that makes no sense"),
        (b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 10_000, "more than 10,000 bytes"),
    ],
)
def test_no_room_is_made_for_a_size_that_an_answer_only_announces(monkeypatch, raw_server, frame, said):
    monkeypatch.setattr(timely_answers, "ANSWER_BYTES_MAX", 10_000)
    server = raw_server(("cut", b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + frame))

    with closing(KeptConnections(silence_s=5)) as connections, pytest.raises(HTTPException) as caught:
        connections.exchange("GET", urlsplit(server.origin), {}, b"")

    assert said in repr(caught.value)


@pytest.mark.parametrize("frame", [b"Content-Length: 10000\r\n\r\n", b"\r\n"], ids=["announced", "not announced"])
def test_an_answer_larger_than_any_that_is_asked_for_is_given_up(monkeypatch, raw_server, frame):
    monkeypatch.setattr(timely_answers, "ANSWER_BYTES_MAX", 9_999)
    server = raw_server(("cut", b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + frame + b"x" * 10_000))

    with (
        closing(KeptConnections(silence_s=5)) as connections,
        pytest.raises(HTTPException, match="more than 9,999 bytes"),
    ):
        connections.exchange("GET", urlsplit(server.origin), {}, b"")


CONTENT = b"0123456789abcdefghij"


@pytest.mark.parametrize(
    ("frame", "is_kept"),
    [
        (b"Content-Length: 20\r\n\r\n" + CONTENT, True),
        (b"Transfer-Encoding: chunked\r\n\r\n14\r\n" + CONTENT + b"\r\n0\r\n\r\n", True),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\n012\r\n11\r\n" + CONTENT[3:] + b"\r\n0\r\n\r\n", True),
        (b"Connection: close\r\n\r\n" + CONTENT, False),
    ],
    ids=["with its length", "in one chunk", "in chunks", "until the end"],
)
@pytest.mark.parametrize("piece_bytes", [4, 7, 20, 21])
def test_an_answer_of_many_pieces_is_whole(monkeypatch, raw_server, frame, is_kept, piece_bytes):
    monkeypatch.setattr(timely_answers, "PIECE_BYTES", piece_bytes)
    answer = b"HTTP/1.1 200 OK\r\n" + frame
    server = raw_server(answer if is_kept else ("cut", answer))

    with closing(KeptConnections(silence_s=5)) as connections:
        contents = [connections.exchange("GET", urlsplit(server.origin), {}, b"").content for _ in range(2)]

    assert contents == [CONTENT, CONTENT]
    assert server.connections == (1 if is_kept else 2)
