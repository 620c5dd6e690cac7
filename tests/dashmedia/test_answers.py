from __future__ import annotations

import pytest

from dashmedia.answers import judge, read_json, s3_code, s3_message, words_of
from dashmedia.errors import AuthError, ContractError, PermissionDeniedError, RejectedError, TransientError

NOON = 1_795_262_400.0
S3_ERROR = b'<?xml version="1.0"?>\n<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>'


def judged(status, content=b"", **headers):
    return judge("GET a", status, headers, content, now=NOON)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_success(status):
    assert judged(status) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ContractError),
        (307, ContractError),
        (400, RejectedError),
        (401, AuthError),
        (403, PermissionDeniedError),
        (404, RejectedError),
        (422, RejectedError),
        (408, TransientError),
        (425, TransientError),
        (429, TransientError),
        (500, TransientError),
        (503, TransientError),
        (599, TransientError),
    ],
)
def test_a_status_decides_who_has_to_do_something(status, kind):
    assert type(judged(status)) is kind


def test_a_transient_answer_carries_the_wait_that_it_asks_for():
    error = judged(429, **{"retry-after": "7"})

    assert (error.status, error.wait_s) == (429, 7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"description": "No such brand."}', "No such brand."),
        (
            b'{"description": "Validation", "errors": {"url": ["missing"]}}',
            'Validation {"url": ["missing"]}',
        ),
        (b'{"code": 422, "status": "Unprocessable Entity", "message": "Bad url", "errors": {}}', "Bad url"),
        (b'{"code": 422, "status": "Unprocessable Entity"}', "Unprocessable Entity"),
        (b'{"type": "about:blank", "title": "Gone", "detail": "It was removed."}', "It was removed."),
        (b'{"error": "invalid_grant", "error_description": "Expired."}', "Expired."),
        (b'{"description": "", "message": 5, "title": "Odd"}', "Odd"),
        (b'"just text"', "just text"),
        (b"[1, 2]", ""),
        (b"", ""),
        (b"plain text", "plain text"),
        (b"<html><head><title>502 Bad\nGateway</title></head><body>nginx</body></html>", "502 Bad Gateway"),
        (b"<p>Service &amp; more</p>", "Service & more"),
        (S3_ERROR, "SlowDown: Reduce your rate."),
        (b"\xff\xfe", "��"),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_the_services_sentence_is_found_in_every_known_body(content, words):
    assert words_of(content) == words


def test_words_are_redacted_and_clipped_in_the_message():
    error = judged(400, b'{"message": "cannot fetch https://b/k?X-Amz-Signature=deadbeef' + b" x" * 300 + b'"}')

    assert "deadbeef" not in str(error)
    assert len(error.words) == 200


def test_an_empty_refusal_says_so():
    assert "was refused with 404: no words given." in str(judged(404))


def test_s3_members_are_found_with_and_without_a_namespace():
    content = b'<Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Code>NoSuchKey</Code></Error>'

    assert s3_code(content) == "NoSuchKey"
    assert s3_message(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<Error><Code>",
        b"<Error><Code/></Error>",
        b'<!DOCTYPE e [<!ENTITY a "b">]><Error><Code>&a;</Code></Error>',
        b"<Error><Code>Big</Code>" + b" " * 70_000 + b"</Error>",
    ],
)
def test_what_is_no_plain_s3_error_has_no_code(content):
    assert s3_code(content) is None


@pytest.mark.parametrize(
    ("content", "value"),
    [(b'{"id": 1}', {"id": 1}), (b'"https://x"', "https://x"), (b"", None), (b" \n", None), (b"null", None)],
)
def test_a_whole_body_is_parsed_and_an_empty_one_is_none(content, value):
    assert read_json("GET a", 200, {}, content) == value


@pytest.mark.parametrize("content", [b'{"id": 1', b"<html>ok</html>", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_cut_or_no_json_is_transient(content):
    error = read_json("GET a", 200, {"content-type": "text/html"}, content)

    assert isinstance(error, TransientError)
    assert f"answered 200 with {len(content)} bytes (text/html) that are not whole JSON" in str(error)


@pytest.mark.parametrize("encoding", ["hex", "shift_jis", "no-such"])
def test_an_xml_answer_in_an_encoding_that_nobody_reads_is_no_s3_error(encoding):
    content = f'<?xml version="1.0" encoding="{encoding}"?><Error><Code>SlowDown</Code></Error>'.encode()

    assert s3_code(content) is None
    assert words_of(content) == "SlowDown"


def test_a_character_by_a_number_of_thousands_of_digits_is_quoted_as_it_stands():
    assert words_of(b"<p>&#" + b"1" * 5_000 + b";</p>").startswith("&#111")


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b'{"name": "half \\ud83d of one"}', "half \ufffd of one"),
        (b'{"name": "a\\u0000b"}', "a\ufffdb"),
        (b'{"name": "whole \\ud83d\\ude00"}', "whole \U0001f600"),
        (b'{"name": "no escape \\\\ud83d"}', "no escape \\ud83d"),
        (b'{"name": "caf\\u00e9"}', "caf\u00e9"),
    ],
)
def test_text_that_no_database_takes_is_replaced_and_the_rest_is_not(content, read):
    assert read_json("GET a", 200, {}, content) == {"name": read}
