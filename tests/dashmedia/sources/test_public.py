from __future__ import annotations

import gzip
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import trustme

from dashmedia.errors import SourceError
from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources import open_source, public
from dashmedia.sources.public import fetch_public


class Site(BaseHTTPRequestHandler):
    """Answers each path from `pages`, a list of answers per path of which the last one stays."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answers = self.server.pages[self.path]
        status, headers, body, sent = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:sent])
        self.close_connection = sent is not None

    def log_message(self, *_):
        pass


def answer(status=200, body=b"bytes", sent=None, **headers):
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body, sent


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def site(authority):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that hangs up is part of these tests
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.pages, server.asked = {}, []
    server.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with httpx.Client(verify=context) as opened:
        yield opened


@pytest.fixture
def fetch(client):
    waits = []

    def fetching(url, max_bytes=1_000):
        with fetch_public(url, max_bytes, client=client, sleep=waits.append) as stream:
            return stream.read()

    fetching.waits = waits
    return fetching


def test_the_bytes_arrive_without_any_credentials(site, fetch):
    site.pages["/a.jpg?sig=1"] = [answer()]

    assert fetch(f"{site.url}/a.jpg?sig=1") == b"bytes"
    ((_, headers),) = site.asked
    assert not {"Authorization", "Cookie"} & set(headers)


def test_a_redirect_within_https_is_followed(site, fetch):
    site.pages["/old"] = [answer(302, b"", Location="/new")]
    site.pages["/new"] = [answer()]

    assert fetch(f"{site.url}/old") == b"bytes"


@pytest.mark.parametrize("target", ["http://cdn.example/a.jpg", "https://ana:secret@cdn.example/a.jpg"])
def test_a_redirect_to_anything_else_is_refused(site, fetch, target):
    site.pages["/old"] = [answer(302, b"", Location=target)]

    with pytest.raises(RefusedError, match=r"it redirects to https?://cdn\.example, expected https://") as caught:
        fetch(f"{site.url}/old")

    assert "secret" not in str(caught.value)


def test_a_redirect_in_circles_is_refused(site, fetch):
    site.pages["/old"] = [answer(302, b"", Location="/old")]

    with pytest.raises(RefusedError, match="more than 5 redirects"):
        fetch(f"{site.url}/old")

    assert len(site.asked) == 6


def test_an_answer_that_is_not_what_it_says_is_refused(site, fetch):
    site.pages["/a.jpg"] = [answer(body=b"no gzip", Content_Encoding="gzip")]

    with pytest.raises(RefusedError, match="the address or answer cannot be read") as caught:
        fetch(f"{site.url}/a.jpg")

    assert caught.value.rule is Rule.FILE_UNREADABLE


def test_an_address_that_no_host_can_have_is_refused(fetch):
    with pytest.raises(RefusedError, match="the address or answer cannot be read"):
        fetch("https://\u2603\u0301.example/a.jpg")


@pytest.mark.parametrize(
    ("status", "rule"), [(404, Rule.FILE_MISSING), (410, Rule.FILE_MISSING), (403, Rule.FILE_UNREADABLE)]
)
def test_a_refusal_of_the_server_is_final(site, fetch, status, rule):
    site.pages["/a.jpg"] = [answer(status)]

    with pytest.raises(RefusedError, match=f"answered {status}") as caught:
        fetch(f"{site.url}/a.jpg")

    assert caught.value.rule is rule
    assert (len(site.asked), fetch.waits) == (1, [])


@pytest.mark.parametrize("bad", [answer(503), answer(429), answer(body=b"0123456789", sent=4)])
def test_what_may_pass_is_tried_again(site, fetch, bad):
    site.pages["/a.jpg"] = [bad, bad, answer()]

    assert fetch(f"{site.url}/a.jpg") == b"bytes"
    assert len(fetch.waits) == 2


def test_what_does_not_pass_is_refused_with_the_reason(site, fetch):
    site.pages["/a.jpg"] = [answer(503)]

    with pytest.raises(RefusedError, match="the server answered 503, 3 times"):
        fetch(f"{site.url}/a.jpg")

    assert len(site.asked) == 3


def test_an_untrusted_certificate_is_refused(site):
    site.pages["/a.jpg"] = [answer()]

    with httpx.Client() as distrusting, pytest.raises(RefusedError, match="certificate"):
        fetch_public(f"{site.url}/a.jpg", 1_000, client=distrusting, sleep=lambda _: None)

    assert site.asked == []


def test_a_host_that_nobody_knows_is_refused(fetch):
    with pytest.raises(RefusedError, match="the connection ended: "):
        fetch("https://localhost:1/a.jpg")


def test_a_file_that_announces_too_many_bytes_is_not_downloaded(site, fetch):
    site.pages["/a.jpg"] = [answer(body=b"x" * 2_000)]

    with pytest.raises(RefusedError, match="2,000 bytes or more, at most 1,000") as caught:
        fetch(f"{site.url}/a.jpg")

    assert caught.value.rule is Rule.TOO_LARGE


def test_a_file_that_grows_beyond_the_limit_while_it_arrives_is_refused(site, fetch):
    site.pages["/a.jpg"] = [answer(body=gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")]

    with pytest.raises(RefusedError, match="at most 100,000"):
        fetch(f"{site.url}/a.jpg", max_bytes=100_000)


def test_a_body_that_never_ends_is_given_up(site, fetch, monkeypatch):
    site.pages["/a.jpg"] = [answer()]
    monkeypatch.setattr(public, "BUDGET_S", -1.0)

    with pytest.raises(RefusedError, match="did not arrive within"):
        fetch(f"{site.url}/a.jpg")


def test_a_manifest_may_be_public_and_its_relative_rows_too(site, authority, monkeypatch, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    public._shared_client.cache_clear()
    site.pages["/looks/m.csv?sig=1"] = [answer(body=b"uri\na.jpg\n")]

    (original,) = open_source(f"{site.url}/looks/m.csv?sig=1")

    public._shared_client().close()
    public._shared_client.cache_clear()
    assert original.url == f"{site.url}/looks/a.jpg"
    assert original.is_public


def test_a_public_manifest_that_is_gone_is_named_without_its_query(site, monkeypatch, authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    public._shared_client.cache_clear()
    site.pages["/m.csv?sig=topsecret"] = [answer(404)]

    with pytest.raises(SourceError, match="cannot be fetched: the server answered 404") as caught:
        list(open_source(f"{site.url}/m.csv?sig=topsecret"))

    public._shared_client().close()
    public._shared_client.cache_clear()
    assert "topsecret" not in str(caught.value)
