from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.redaction import TRANSPORT_LOGGERS, install_redaction, redact

V4 = "https://b.s3.amazonaws.com/k.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature=deadbeef"
V2 = "https://b.s3.amazonaws.com/k.jpg?AWSAccessKeyId=AKIDEXAMPLE&Signature=c2VjcmV0%3D&Expires=1795262400"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (V4, "deadbeef"),
        (V2, "c2VjcmV0"),
        (V2, "AKIDEXAMPLE"),
        (f'HTTP Request: PUT {V4} "HTTP/1.1 200 OK"', "deadbeef"),
        ("https://x.example/a?v=1&Signature=deadbeef&Expires=1", "deadbeef"),
        ("https://acc.blob.core.windows.net/c/k?sv=2024&sig=deadbeef", "deadbeef"),
        ("https://storage.googleapis.com/b/k?X-Goog-Signature=deadbeef", "deadbeef"),
        ("https://d1.cloudfront.net/k?Policy=abc&Signature=deadbeef&Key-Pair-Id=K1", "deadbeef"),
        (r'{"url": "https://b/k?X-Amz-Date=1\u0026X-Amz-Signature=deadbeef"}', "deadbeef"),
        ("see X-Amz-Signature=deadbeef in the text", "deadbeef"),
        ("next=https%3A%2F%2Fb%2Fk%3FX-Amz-Signature%3Ddeadbeef", "deadbeef"),
        ("next=https%253A%252F%252Fb%252Fk%253FX-Amz-Security-Token%253Ddeadbeef", "deadbeef"),
        ("next=https%3A%2F%2Fb%2Fk%3Fsv%3D2024%26sig%3Ddeadbeef", "deadbeef"),
        ("X-Amz-Date%3D1%26X-Amz-Security-Token%3Ddeadbeef", "deadbeef"),
        ("<Error><SignatureProvided>deadbeef</SignatureProvided></Error>", "deadbeef"),
        (f'gnature={"deadbeef" * 8}", "startByte": 0', "deadbeef"),
        (f"gnature={'deadbeef' * 64}_", "deadbeef"),
        (rf"gnature\u003d{'deadbeef' * 5}", "deadbeef"),
        (r"\u0026X-Amz-Signature\u003ddeadbeef", "deadbeef"),
        ("X-Amz-Signature&#x3D;deadbeef", "deadbeef"),
        ("Authorization: Bearer deadbeef.abc-def", "deadbeef"),
        ("authorization: basic ZGVhZGJlZWY=", "ZGVhZGJlZWY"),
    ],
)
def test_nothing_that_signs_or_authorises_is_left(text, secret):
    hidden = redact(text)

    assert secret not in hidden
    assert "[hidden]" in hidden


def test_the_address_before_the_query_is_kept():
    assert redact(V4) == "https://b.s3.amazonaws.com/k.jpg?[hidden]"


@pytest.mark.parametrize(
    "text",
    [
        "GET https://library.example/brands/4242/media?limit=99&offset=198",
        "md5=9a0364b9e99bb480dd25e1f0284c8555",
        f"the content {'5ca1ab1e' * 8} is there already",
    ],
)
def test_an_ordinary_query_and_a_checksum_are_kept(text):
    assert redact(text) == text


@given(st.text())
def test_redacting_twice_is_redacting_once(text):
    once = redact(f"{text}?X-Amz-Signature=deadbeef Bearer deadbeef")

    assert redact(once) == once


def test_the_transports_own_logs_are_rewritten_at_any_level(unfiltered_loggers, caplog):
    install_redaction()
    install_redaction()

    with caplog.at_level(logging.DEBUG):
        for name in TRANSPORT_LOGGERS:
            logging.getLogger(name).debug("PUT %s with %r", V4, "Bearer deadbeef")

    assert len(caplog.records) == len(TRANSPORT_LOGGERS)
    assert "deadbeef" not in caplog.text
    assert len(logging.getLogger("httpx").filters) == 1


@pytest.mark.parametrize("text", ["X-Amz-" * 20_000, "?" * 70_000 + " Signature", "%3F" * 50_000])
def test_a_page_that_is_all_marks_takes_no_longer_than_its_length(text):
    # Without a bound this takes minutes.
    assert len(redact(text)) <= len(text) + 10
