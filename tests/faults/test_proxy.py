"""The proxy itself: each toxic as a client sees it, over real sockets, on connections that carry several requests."""

import gc
import http.client
import re
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from support.faults.proxy import Proxy
from support.faults.toxics import Kind, Stream, Toxic, ToxicBook
from support.patience import eventually

ENDPOINTS = (
    SimpleNamespace(name="get_thing", method="GET", path=re.compile("/things/[^/]+")),
    SimpleNamespace(name="put_thing", method="PUT", path=re.compile("/things/[^/]+")),
)

#: What the service answers: enough to be cut in the middle.
ANSWER = b"0123456789" * 50

#: Seconds that nothing here takes unless it hangs.
PATIENCE_S = 60


class Service(BaseHTTPRequestHandler):
    """Keeps what it was sent; answers always the same."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, body))
        if len(body) == length:
            self.send_response(200)
            self.send_header("content-length", str(len(ANSWER)))
            self.send_header("connection", self.headers.get("connection", "keep-alive"))
            self.end_headers()
            self.wfile.write(ANSWER)

    do_PUT = do_GET  # noqa: N815 - the name is the standard library's

    def log_message(self, *_):
        """Nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that the proxy cut off is what is meant."""


@pytest.fixture
def service():
    with Server(("127.0.0.1", 0), Service) as server:
        server.seen = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def book():
    return ToxicBook(ENDPOINTS)


@pytest.fixture
def proxy(service, book):
    made = Proxy(f"http://127.0.0.1:{service.server_port}", book)
    yield made
    made.stop()


@contextmanager
def connected(proxy, timeout=PATIENCE_S):
    connection = http.client.HTTPConnection(proxy.url.removeprefix("http://"), timeout=timeout)
    try:
        yield connection
    finally:
        connection.close()


def ask(connection, method="GET", path="/things/1?sign=ed", body=b""):
    connection.request(method, path, body=body)
    with connection.getresponse() as answer:
        return answer.read()


def test_without_toxics_every_request_of_a_connection_comes_through_as_it_is(proxy, service):
    big = bytes(range(256)) * 2_000

    with connected(proxy) as connection:
        answers = [ask(connection), ask(connection, "PUT", body=big), ask(connection)]

    assert answers == [ANSWER] * 3
    assert service.seen == [
        ("GET", "/things/1?sign=ed", b""),
        ("PUT", "/things/1?sign=ed", big),
        ("GET", "/things/1?sign=ed", b""),
    ]


@pytest.mark.parametrize("toxic", [
    Toxic(Kind.LATENCY, Stream.UP, seconds=0.01, jitter_s=0.01), Toxic(Kind.LATENCY, seconds=0.01),
    Toxic(Kind.BANDWIDTH, Stream.UP, bytes=200_000), Toxic(Kind.BANDWIDTH, bytes=20_000),
    Toxic(Kind.SLICER, Stream.UP, bytes=7, seconds=0), Toxic(Kind.SLICER, bytes=7, seconds=0),
    Toxic(Kind.SLOW_CLOSE, seconds=0.05),
], ids=lambda toxic: f"{toxic.kind} {toxic.stream}")  # fmt: skip
def test_what_only_slows_down_changes_no_byte(proxy, service, book, toxic):
    book.add(toxic)

    with connected(proxy) as connection:
        answers = [ask(connection, "PUT", body=b"x" * 500) for _ in range(2)]

    assert answers == [ANSWER] * 2
    assert [body for _, _, body in service.seen] == [b"x" * 500] * 2
    assert book.struck == 2


def test_a_latency_is_waited_for_before_the_answer_comes(proxy, book):
    book.add(Toxic(Kind.LATENCY, seconds=PATIENCE_S))

    with connected(proxy, timeout=0.05) as connection, pytest.raises(TimeoutError):
        ask(connection)


def test_a_bandwidth_lets_no_more_through_than_it_says(proxy, book):
    book.add(Toxic(Kind.BANDWIDTH, bytes=1))

    with connected(proxy) as connection:
        connection.request("GET", "/things/1")
        first = connection.sock.recv(10_000)

    assert len(first) < 100


def test_a_slicer_cuts_into_pieces_of_its_size(proxy, book):
    book.add(Toxic(Kind.SLICER, bytes=10, seconds=PATIENCE_S))

    with connected(proxy) as connection:
        connection.request("GET", "/things/1")
        first = connection.sock.recv(10_000)

    assert len(first) == 10


def test_a_reset_of_the_request_happens_before_the_service_sees_it(proxy, service, book):
    book.add(Toxic(Kind.RESET_PEER, Stream.UP, times=1))

    with connected(proxy) as connection, pytest.raises(ConnectionResetError):
        ask(connection)

    assert service.seen == []


def test_a_reset_of_the_answer_happens_after_the_service_acted(proxy, service, book):
    book.add(Toxic(Kind.RESET_PEER, Stream.DOWN, times=1))

    with connected(proxy) as connection, pytest.raises(ConnectionResetError):
        ask(connection)

    assert len(service.seen) == 1


def test_a_limit_of_the_answer_cuts_it_there(proxy, book):
    book.add(Toxic(Kind.LIMIT_DATA, Stream.DOWN, bytes=400))

    with connected(proxy) as connection, pytest.raises(http.client.IncompleteRead):
        ask(connection)


def test_a_limit_of_the_request_lets_no_more_than_that_arrive(proxy, service, book):
    book.add(Toxic(Kind.LIMIT_DATA, Stream.UP, bytes=300))

    with connected(proxy) as connection, pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(connection, "PUT", body=b"x" * 1_000_000)
    service.shutdown()
    service.server_close()

    assert all(len(body) < 300 for _, _, body in service.seen)


@pytest.mark.parametrize("stream", Stream)
def test_a_timeout_leaves_the_connection_open_until_the_client_leaves(proxy, service, book, stream):
    book.add(Toxic(Kind.TIMEOUT, stream, times=1))

    with connected(proxy, timeout=0.2) as connection, pytest.raises(TimeoutError):
        ask(connection)
    with connected(proxy) as connection:
        answer = ask(connection)

    assert answer == ANSWER
    assert len(service.seen) == (1 if stream is Stream.UP else 2)


@pytest.mark.parametrize("stream", Stream)
def test_a_timeout_may_end_in_a_closed_connection(proxy, book, stream):
    book.add(Toxic(Kind.TIMEOUT, stream, seconds=0.05))

    with connected(proxy) as connection, pytest.raises(http.client.RemoteDisconnected):
        ask(connection)


def test_a_slow_close_tells_the_end_only_later(proxy, book):
    book.add(Toxic(Kind.SLOW_CLOSE, seconds=PATIENCE_S))

    with connected(proxy) as connection:
        connection.request("GET", "/things/1")
        connection.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            all(iter(lambda: connection.sock.recv(10_000), b""))


def test_down_refuses_connections_until_it_is_healed(proxy, service, book):
    book.add(Toxic(Kind.DOWN, times=1))

    with connected(proxy) as bystander, connected(proxy) as connection:
        ask(bystander, path="/elsewhere")
        with pytest.raises(http.client.RemoteDisconnected):
            ask(connection)
        with connected(proxy) as refused, pytest.raises(ConnectionRefusedError):
            ask(refused)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            ask(bystander)
    proxy.heal()
    with connected(proxy) as connection:
        answer = ask(connection)

    assert answer == ANSWER
    assert [path for _, path, _ in service.seen] == ["/elsewhere", "/things/1?sign=ed"]


def test_down_ends_by_itself_after_its_time(proxy, book):
    book.add(Toxic(Kind.DOWN, times=1, seconds=0.05))
    with connected(proxy) as connection, pytest.raises(http.client.RemoteDisconnected):
        ask(connection)

    answer = None
    while answer is None:
        with connected(proxy) as connection:
            try:
                answer = ask(connection)
            except ConnectionRefusedError:
                continue

    assert answer == ANSWER


def test_a_toxic_strikes_its_endpoint_only_after_those_it_passes_over_and_so_often(proxy, book):
    book.add(Toxic(Kind.TIMEOUT, endpoint="put_thing", after=1, times=1, seconds=0))

    with connected(proxy) as connection:
        through = [ask(connection), ask(connection, "PUT"), ask(connection, path="/elsewhere")]
        with pytest.raises(http.client.RemoteDisconnected):
            ask(connection, "PUT")
        through.append(ask(connection, "PUT"))

    assert through == [ANSWER] * 4
    assert book.struck == 1


def test_a_toxic_can_be_taken_away_while_connections_hang_in_it(proxy, book):
    book.add(Toxic(Kind.TIMEOUT))

    with connected(proxy) as connection:
        connection.request("GET", "/things/1")
        eventually(lambda: book.struck)
        book.clear()
        proxy.heal()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            connection.getresponse()
    with connected(proxy) as connection:
        answer = ask(connection)

    assert (answer, book.struck) == (ANSWER, 0)


def test_a_service_that_does_not_listen_is_a_connection_that_ends(book):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    proxy = Proxy(f"http://127.0.0.1:{port}", book)

    with connected(proxy) as connection, pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(connection)

    proxy.stop()


def test_a_connection_that_comes_while_it_is_stopped_is_closed_too(service, book):
    for _ in range(20):
        proxy = Proxy(f"http://127.0.0.1:{service.server_port}", book)
        with connected(proxy) as connection:
            connection.connect()
            proxy.stop()
    gc.collect()  # what is open then is an error that pytest raises
