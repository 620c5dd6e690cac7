from __future__ import annotations

import hashlib
import io
import logging
import traceback

import pytest

from dashmedia.bodies import WHOLE_MAX_BYTES, Blocks
from dashmedia.errors import (
    SourceChangedError,
    StorageRefusedError,
    TransientError,
    UploadUrlExpiredError,
)
from dashmedia.rate import RequestTally
from dashmedia.retry import RetryPolicy
from dashmedia.storage import Storage

BODY = b"the bytes of a picture"
QUERY = "?X-Amz-Credential=A%2Fb%2fc&x=%7E~&X-Amz-Signature=deadbeef"
S3_EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@pytest.fixture
def storage(fake_time):
    opened = Storage(
        tally=RequestTally(),
        retry=RetryPolicy(attempts=3),
        jitter=lambda: 1.0,
        silence_s=0.2,
        **fake_time.args,
    )
    yield opened
    opened.close()


def put(storage, server, body=BODY, size=None, **more):
    size = len(BODY) if size is None else size
    return storage.put(
        f"{server.origin}/b/k.jpg{QUERY}", body, size=size, content_type="image/jpeg", name="k.jpg", **more
    )


def test_the_bytes_go_to_the_url_exactly_as_it_was_issued(storage, raw_server, http_answer):
    server = raw_server(http_answer(200, ETag=f'"{hashlib.md5(BODY).hexdigest()}"'))

    etag = put(storage, server, headers={"Cache-Control": "no-cache"})

    head, headers, body = server.requests[0]
    assert etag == hashlib.md5(BODY).hexdigest()
    assert head == f"PUT /b/k.jpg{QUERY} HTTP/1.1"
    assert body == BODY
    assert headers.keys() == {
        "host",
        "accept-encoding",
        "content-type",
        "content-length",
        "user-agent",
        "cache-control",
    }
    assert (headers["content-type"], headers["host"]) == ("image/jpeg", server.origin.removeprefix("http://"))


@pytest.mark.parametrize("trouble", ["reset", "stall", "slow down", "cut", "no ETag"])
def test_trouble_is_answered_by_sending_the_whole_body_again(storage, raw_server, http_answer, trouble):
    first = {
        "reset": None,
        "stall": "stall",
        "slow down": http_answer(503, b"<Error><Code>SlowDown</Code></Error>"),
        "cut": ("cut", b"HTTP/1.1 200 X\r\nContent-Len"),
        "no ETag": http_answer(200, b"<html>welcome</html>"),
    }[trouble]
    server = raw_server(first, http_answer(200, ETag='"e"'))
    opened = []

    def body():
        opened.append(io.BytesIO(BODY))
        return opened[-1]

    assert put(storage, server, body) == "e"
    assert [request[2] for request in server.requests] == [BODY, BODY]
    assert [file.closed for file in opened] == [True, True]
    assert storage._tally.counts() == {"PUT storage": 2}


def test_a_large_body_is_streamed_with_its_length(storage, raw_server, http_answer):
    server = raw_server(http_answer(200, ETag='"e"'))
    large = BODY * (WHOLE_MAX_BYTES // len(BODY) + 1)

    put(storage, server, lambda: io.BytesIO(large), size=len(large))

    _, headers, body = server.requests[0]
    assert headers["content-length"] == str(len(large))
    assert "transfer-encoding" not in headers
    assert hashlib.md5(body).digest() == hashlib.md5(large).digest()


def test_a_refusal_before_the_body_was_taken_is_still_read(storage, raw_server, http_answer):
    server = raw_server(("early", http_answer(403, S3_EXPIRED)))

    with pytest.raises(UploadUrlExpiredError, match=r"The upload URL for k\.jpg expired"):
        put(storage, server)


def test_a_short_file_never_becomes_an_object(storage, raw_server, http_answer):
    server = raw_server(http_answer(200))
    large = bytes(WHOLE_MAX_BYTES + 5)

    with pytest.raises(SourceChangedError):
        put(storage, server, lambda: io.BytesIO(large[:-1]), size=len(large))
    with pytest.raises(SourceChangedError):
        put(storage, server, BODY[:-1])

    assert not any(len(body) == len(large) for _, _, body in server.requests)


def test_a_refusal_is_sent_once(storage, raw_server, http_answer):
    server = raw_server(http_answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"))

    with pytest.raises(StorageRefusedError, match=r"refused k\.jpg: 403 SignatureDoesNotMatch; expected 200"):
        put(storage, server)

    assert len(server.requests) == 1


def test_a_redirect_is_not_followed(storage, raw_server, http_answer):
    other = raw_server(http_answer(200))
    server = raw_server(http_answer(307, Location=f"{other.origin}/x"))

    with pytest.raises(StorageRefusedError, match="307"):
        put(storage, server)

    assert other.requests == []


def test_a_storage_that_stays_away_is_named_without_its_signature(storage):
    with pytest.raises(TransientError, match=r"PUT k.jpg: no whole answer .*refused.*; seen at try 3") as raised:
        storage.put(f"http://127.0.0.1:9/k{QUERY}", BODY, size=len(BODY), content_type="image/jpeg", name="k.jpg")

    assert "deadbeef" not in "".join(traceback.format_exception(raised.value))
    assert isinstance(raised.value.__cause__, TransientError)
    assert raised.value.__cause__.__context__ is None


def test_no_log_at_any_level_holds_the_signature(unfiltered_loggers, storage, raw_server, http_answer, caplog):
    server = raw_server(http_answer(200, Location=f"https://b/k{QUERY}", ETag='"e"'))

    with caplog.at_level(logging.DEBUG):
        put(storage, server)

    assert "deadbeef" not in caplog.text


def test_a_certificate_nobody_vouches_for_is_refused(storage, raw_server, http_answer, own_authority):
    server = raw_server(http_answer(200, ETag='"e"'), tls=own_authority[1])

    with pytest.raises(TransientError, match="CERTIFICATE_VERIFY_FAILED"):
        put(storage, server)

    assert server.requests == []


def test_an_authority_named_by_the_environment_is_trusted(
    raw_server, http_answer, own_authority, monkeypatch, tmp_path
):
    authority, tls = own_authority
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = raw_server(http_answer(200, ETag='"e"'), tls=tls)
    storage = Storage(tally=RequestTally())

    assert put(storage, server) == "e"
    storage.close()


class Halves(Blocks):
    """The picture in two blocks of one buffer."""

    def blocks(self):
        buffer = bytearray(len(BODY) // 2)
        for start in (0, len(buffer)):
            buffer[:] = BODY[start : start + len(buffer)]
            yield memoryview(buffer)


def test_a_body_may_hand_out_its_own_blocks_and_is_asked_anew_for_each_sending(storage, raw_server, http_answer):
    server = raw_server(None, http_answer(200, ETag='"e"'))

    assert put(storage, server, Halves()) == "e"
    assert [request[2] for request in server.requests] == [BODY, BODY]


def test_a_url_that_was_signed_for_no_content_type_gets_none(storage, raw_server, http_answer):
    server = raw_server(http_answer(200, ETag='"e"'))

    storage.put(f"{server.origin}/part{QUERY}", Halves(), size=len(BODY), content_type=None, name="a (part 1)")

    assert "content-type" not in server.requests[0][1]
    assert server.requests[0][1]["content-length"] == str(len(BODY))
