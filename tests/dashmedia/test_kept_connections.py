"""What vouches for the other side, and where a connection leads; sending and keeping are in test_object_pool.py."""

import socket
import ssl
from contextlib import closing
from http.client import HTTPException
from urllib.parse import urlsplit

import pytest
import trustme

from dashmedia.errors import SettingsError
from dashmedia.kept_connections import KeptConnections, NotConnectedError


def ask(url):
    with closing(KeptConnections(silence_s=5)) as connections:
        return connections.exchange("GET", urlsplit(url), {}, b"")


def server_certificate(authority, host="127.0.0.1"):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(tls)
    return tls


@pytest.mark.parametrize("content", [None, "no certificates"])
def test_certificates_that_cannot_be_read_are_said_in_a_sentence(monkeypatch, tmp_path, content):
    file = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    if content:
        file.write_text(content)

    with pytest.raises(SettingsError, match=r"SSL_CERT_FILE names .*authorities\.pem, which cannot be read .*unset it"):
        KeptConnections()


def test_certificates_that_were_renewed_in_their_place_are_read_again(monkeypatch, tmp_path, raw_server, http_answer):
    file = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    former, present = trustme.CA(), trustme.CA()
    former.cert_pem.write_to_path(file)
    with closing(KeptConnections()):
        present.cert_pem.write_to_path(file)

    server = raw_server(http_answer(200, b"trusted"), tls=server_certificate(present))

    assert ask(server.origin).content == b"trusted"


def test_a_trusted_certificate_of_another_host_is_no_proof(monkeypatch, tmp_path, raw_server, http_answer):
    file = tmp_path / "authorities.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(file)
    server = raw_server(http_answer(200, b"trusted"), tls=server_certificate(authority, "library.example"))

    with pytest.raises(NotConnectedError, match=r"not valid for '127\.0\.0\.1'"):
        ask(server.origin)

    assert server.requests == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://[2001:db8::1]/k", ("2001:db8::1", 80)),
        ("https://[2001:db8::1]/k", ("2001:db8::1", 443)),
        ("https://[2001:db8::1]:8443/k", ("2001:db8::1", 8443)),
        ("https://library.example/k", ("library.example", 443)),
    ],
)
def test_an_address_without_a_port_is_reached_at_the_usual_one(monkeypatch, url, address):
    asked = []

    def unreachable(address, *_):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", unreachable)

    with pytest.raises(NotConnectedError):
        ask(url)

    assert asked == [address]


def test_after_an_interim_answer_no_request_gets_the_answer_of_another(raw_server, http_answer):
    server = raw_server(b"HTTP/1.1 103 Early Hints\r\n\r\n", http_answer(200, b"second"))

    with closing(KeptConnections(silence_s=5)) as connections:
        with pytest.raises(HTTPException, match="an interim answer, 103, came in the place of the final one"):
            connections.exchange("GET", urlsplit(server.origin), {}, b"")
        answer = connections.exchange("GET", urlsplit(server.origin), {}, b"")

    assert (answer.content, server.connections) == (b"second", 2)


def test_a_success_whose_chunks_say_that_nothing_follows_is_whole(raw_server):
    ends = b"HTTP/1.1 201 Created\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    server = raw_server(("cut", ends))

    assert ask(server.origin).status == 201
