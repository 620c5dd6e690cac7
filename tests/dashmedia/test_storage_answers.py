from __future__ import annotations

import pytest

from dashmedia.errors import StorageRefusedError, TransientError, UploadUrlExpiredError
from dashmedia.storage_answers import etag_of, judge_put, url_expiry

NOON = 1_795_262_400.0
V4 = "https://b/k?X-Amz-Date=20261121T110000Z&X-Amz-Expires={}&X-Amz-Signature=deadbeef"
V2 = "https://b/k?AWSAccessKeyId=A&Signature=deadbeef&Expires={}"
LIVE = V4.format(7200)


def s3(code, message="words"):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


def judged(status, content=b"", url=LIVE, **headers):
    return judge_put("a.jpg", status, headers, content, url=url, now=NOON)


def test_200_with_an_etag_is_stored():
    assert judged(200, etag='"e"') is None


@pytest.mark.parametrize("headers", [{}, {"etag": '""'}])
def test_200_without_an_etag_comes_from_no_storage_and_is_transient(headers):
    error = judged(200, b"<html>welcome</html>", **headers)

    assert isinstance(error, TransientError)
    assert "PUT a.jpg: 200 came without an ETag" in str(error)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, s3("InternalError")),
        (503, s3("SlowDown")),
        (502, b"<html>"),
        (429, b""),
        (408, b""),
        (409, s3("OperationAborted")),
        *((400, s3(code)) for code in ("RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable")),
    ],
)
def test_what_passes_is_transient(status, content):
    error = judged(status, content, **{"retry-after": "3"})

    assert isinstance(error, TransientError)
    assert (error.status, error.wait_s, error.endpoint) == (status, 3, "PUT a.jpg")


@pytest.mark.parametrize(
    ("status", "content", "url"),
    [
        (403, s3("AccessDenied", "Request has expired"), LIVE),
        (403, s3("ExpiredToken", "The provided token has expired."), LIVE),
        (400, s3("ExpiredToken"), LIVE),
        (403, s3("AccessDenied", "Access Denied"), V4.format(3600)),
        (400, s3("AccessDenied", "The difference between the request time and the server's time"), V4.format(60)),
        (403, b"", V2.format(1_795_262_400)),
    ],
)
def test_an_expired_url_is_told_by_the_words_or_by_its_own_query(status, content, url):
    assert isinstance(judged(status, content, url), UploadUrlExpiredError)


def test_expiry_is_measured_by_the_storages_clock():
    error = judged(403, s3("AccessDenied"), V4.format(3600), date="Sat, 21 Nov 2026 11:59:00 GMT")

    assert isinstance(error, StorageRefusedError)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (403, s3("SignatureDoesNotMatch")),
        (403, s3("AccessDenied", "Access Denied")),
        (400, s3("EntityTooLarge")),
        (411, b""),
        (307, s3("TemporaryRedirect")),
    ],
)
def test_every_other_refusal_names_original_status_and_code(status, content):
    error = judged(status, content)

    assert isinstance(error, StorageRefusedError)
    assert error.status == status
    assert f"The storage refused a.jpg: {status}" in str(error)


def test_the_message_holds_no_signature():
    error = judged(403, s3("SignatureDoesNotMatch", "https://b/k?X-Amz-Signature=deadbeef"))

    assert "deadbeef" not in str(error)


@pytest.mark.parametrize(
    ("url", "expiry"),
    [
        (V4.format(3600), NOON),
        (V2.format(1_795_262_400), NOON),
        ("https://b/k", None),
        (V4.format("x"), None),
        (V4.format(""), None),
        ("https://b/k?X-Amz-Date=yesterday&X-Amz-Expires=5", None),
        (V2.format("soon"), None),
    ],
)
def test_the_end_of_a_url_is_read_from_both_signature_versions(url, expiry):
    assert url_expiry(url) == expiry


@pytest.mark.parametrize(("header", "etag"), [('"abc"', "abc"), ("abc", "abc"), ('W/"abc"', "abc"), ("", "")])
def test_an_etag_loses_quotes_and_weakness(header, etag):
    assert etag_of({"etag": header}) == etag


def test_a_missing_etag_is_empty():
    assert etag_of({}) == ""
