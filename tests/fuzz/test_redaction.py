"""Nothing secret survives in any form in which a text leaves the program."""

import io
import json
import logging
import traceback
from urllib.parse import quote

import httpx
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from dashmedia.errors import (
    ContractError,
    OutcomeUnknownError,
    RejectedError,
    StorageRefusedError,
    TransientError,
)
from dashmedia.http import Api, RetryPolicy
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.redaction import install_redaction, redact
from dashmedia.storage_answers import judge_put

SECRET = "s3cr3tPart"
NAMES = st.sampled_from(
    ["X-Amz-Signature", "x-amz-signature", "X-Amz-Security-Token", "X-Goog-Signature", "Signature", "AWSAccessKeyId"]
)
PLAIN = st.text("abcXYZ019-_.~/", max_size=12)
PAIRS = st.lists(st.tuples(st.sampled_from(["v", "partNumber", "X-Amz-Date", "uploadId"]), PLAIN), max_size=3)


@st.composite
def signed_urls(draw):
    """A presigned URL, the signature anywhere in its query."""
    pairs = draw(PAIRS)
    pairs.insert(draw(st.integers(0, len(pairs))), (draw(NAMES), SECRET + draw(PLAIN)))
    host = draw(st.sampled_from(["https://b.s3.amazonaws.com", "http://127.0.0.1:9000", "https://storage.example"]))
    return f"{host}/{draw(PLAIN)}?" + "&".join(f"{name}={value}" for name, value in pairs)


FORMS = st.sampled_from(
    [
        str, repr, json.dumps, lambda url: json.dumps({"url": [url]}), lambda url: json.dumps(url).replace("&", "\\u0026"),
        lambda url: quote(url, safe=""), lambda url: f"next={quote(url)}", lambda url: f"<a href='{url}'>", lambda url: url.replace("&", "&amp;"),
        lambda url: f'PUT {url} "HTTP/1.1 403"', lambda url: f"({url}), and more", lambda url: repr(repr(url)), lambda url: quote(quote(url, safe=""), safe=""),
    ]
)  # fmt: skip


@given(signed_urls(), FORMS, st.text(max_size=20), st.text(max_size=20))
def test_no_signature_survives_in_any_spelling_of_a_signed_url(url, form, before, after):
    assert SECRET not in redact(f"{before} {form(url)} {after}")


@given(st.sampled_from(["Bearer", "bearer", "BEARER", "Basic"]), PLAIN, st.sampled_from(['"', "'", ",", " ", "\n", ""]))
def test_no_credential_survives_after_its_scheme(scheme, rest, end):
    assert SECRET not in redact(f"authorization: {scheme} {SECRET}{rest}{end}")


@given(signed_urls(), FORMS)
def test_no_error_shows_the_signed_url_that_a_server_quotes(url, form):
    quoted = json.dumps({"message": form(url), "errors": {"url": [url]}}).encode()
    shown = [
        judge_put("a.jpg", status, {}, f"<Error><Code>AccessDenied</Code><Message>{form(url)}</Message></Error>".encode(), url=url, now=0)
        for status in (400, 403, 500)
    ] + [ContractError("GET a", form(url), f"an object with {form(url)}", "text")]  # fmt: skip

    for status in (400, 404, 409, 500, 503):
        shown += _errors_of(httpx.MockTransport(lambda _, status=status: httpx.Response(status, content=quoted)))

    text = "".join("".join(traceback.format_exception(one)) + repr(one) + repr(vars(one)) for one in shown)
    assert len(shown) == 9
    assert SECRET not in text


@given(signed_urls())
def test_no_error_of_the_network_shows_where_a_request_went(url):
    def broken(request):
        raise httpx.ReadError(f"reset by {url} with {request.headers['authorization']}", request=request)

    (error,) = _errors_of(httpx.MockTransport(broken))

    assert isinstance(error, TransientError)
    assert SECRET not in "".join(traceback.format_exception(error)) + repr(vars(error))


@given(signed_urls(), FORMS)
def test_no_log_of_a_transport_shows_a_signed_url(url, form):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    log = logging.getLogger("httpx")
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        install_redaction()
        log.info("HTTP Request: %s %s %r", "PUT", url, form(url))
    finally:
        log.removeHandler(handler)
        log.setLevel(before)

    assert "PUT" in out.getvalue()
    assert SECRET not in out.getvalue()


def _errors_of(transport):
    api = Api(
        "https://a.example", SecretStr(SECRET), budget=RateBudget(100), tally=RequestTally(), retry=RetryPolicy(attempts=1), transport=transport,
    )  # fmt: skip
    try:
        api.call("GET", "/a", endpoint="GET a")
    except (RejectedError, TransientError, OutcomeUnknownError, StorageRefusedError) as error:
        return [error]
    return []
