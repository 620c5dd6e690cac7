from __future__ import annotations

import json
from datetime import UTC, date, datetime

import httpx
import pytest
from pydantic import SecretStr

from dashmedia.errors import (
    AuthError,
    ContractError,
    DuplicateError,
    OutcomeUnknownError,
    RejectedError,
    StorageRefusedError,
    UploadUrlExpiredError,
)
from dashmedia.http import Api
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.retry import RetryPolicy
from dashmedia.settings import SocialSettings
from dashmedia.social import NewMedia, SocialClient, UploadUrl, open_social
from dashmedia.storage import Storage

NEW = NewMedia(
    source_id="s-1", url="https://s3.example/k", filename="a.jpg", source_created_at=datetime(2026, 7, 1, tzinfo=UTC)
)
FORBIDDEN = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
MISMATCH = (
    b"<Error><Code>SignatureDoesNotMatch</Code><Message>" + b"The signature we calculated " * 20 + b"</Message></Error>"
)
EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


class Service:
    """Plays JSON answers in order, the last for ever; remembers method, host, path, token and body."""

    def __init__(self):
        self.answers, self.requests = [(200, {})], []

    def __call__(self, request):
        body = json.loads(request.read() or b"null")
        self.requests.append((request.method, request.url.host, request.url.path, body))
        assert request.headers["authorization"] == "Bearer tok-5ecret"
        status, content = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(status, json=content)


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def client(service, fake_time):
    """A client whose two APIs are played by `service`; the storage is real."""
    opened = []
    tally = RequestTally()

    def start(put_mode="auto"):
        budget = RateBudget(1000, **fake_time.args)
        library, auth = (
            Api(
                f"https://{host}.example",
                SecretStr("tok-5ecret"),
                budget=budget,
                tally=tally,
                transport=httpx.MockTransport(service),
                **fake_time.args,
            )
            for host in ("library", "auth")
        )
        storage = Storage(tally=tally, retry=RetryPolicy(attempts=1), **fake_time.args)
        opened.extend([library, auth, storage])
        return SocialClient(
            library=library, auth=auth, storage=storage, put_mode=put_mode, page_pause_s=1.0, sleep=fake_time.sleep
        )

    yield start
    for one in opened:
        one.close()


def record(media_id, source_id=None, at="2026-07-01T12:00:00"):
    return {"id": media_id, "source_id": source_id, "source_created_at": at}


def page(*records, total=None):
    return 200, {"data": list(records), "paging": {"count": len(records) if total is None else total}}


def test_who_am_i_is_asked_of_the_auth_host(client, service):
    service.answers = [(200, {"accessible_brands": [4242]})]

    assert client().identity().accessible_brands == {4242}
    assert service.requests == [("GET", "auth.example", "/api/self", None)]


def test_a_wrong_token_is_one_clear_sentence_after_one_request(client, service):
    service.answers = [(401, {"description": "Invalid token"})]

    with pytest.raises(AuthError, match=r"GET api/self was refused with 401: Invalid token\. Check the token"):
        client().identity()

    assert len(service.requests) == 1


def test_an_upload_url_is_issued_for_name_and_type(client, service):
    service.answers = [(200, {"url": "https://s3.example/k?X-Amz-Signature=1"})]

    url = client().issue_upload_url("a.jpg", "image/jpeg")

    assert url.bare == "https://s3.example/k"
    assert service.requests == [
        ("POST", "library.example", "/media_upload_url", {"filename": "a.jpg", "content_type": "image/jpeg"})
    ]


def test_a_record_is_created_in_its_brand(client, service):
    service.answers = [(201, {"id": 7, "source_id": "s-1"})]

    assert client().create_media(4242, NEW) == 7
    method, _, path, body = service.requests[0]
    assert (method, path, body["source_id"]) == ("POST", "/brands/4242/media", "s-1")


@pytest.mark.parametrize("content", [{}, {"status": "ok"}, None])
def test_a_create_that_tells_no_id_gives_none(client, service, content):
    service.answers = [(200, content)]

    assert client().create_media(4242, NEW) is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Database Integrity violation"),
        (400, "duplicate key value violates unique constraint"),
        (409, "source_id already exists"),
        (422, "source_id must be unique"),
    ],
)
def test_a_refusal_that_speaks_of_a_duplicate_says_so(client, service, status, words):
    service.answers = [(status, {"description": words})]

    with pytest.raises(DuplicateError, match="looked up and adopted"):
        client().create_media(4242, NEW)


@pytest.mark.parametrize(("status", "words"), [(400, "url is missing"), (404, "duplicate of nothing")])
def test_any_other_refusal_is_just_that(client, service, status, words):
    service.answers = [(status, {"description": words})]

    with pytest.raises(RejectedError) as raised:
        client().create_media(4242, NEW)

    assert not isinstance(raised.value, DuplicateError)


def test_a_create_is_never_repeated_when_it_may_have_worked(client, service):
    service.answers = [(502, {}), (201, {"id": 7})]

    with pytest.raises(OutcomeUnknownError):
        client().create_media(4242, NEW)

    assert len(service.requests) == 1


def test_one_record_is_read_by_its_id(client, service):
    service.answers = [(200, {"data": record(7, "s-1")})]

    assert client().get_media(4242, 7).source_id == "s-1"
    assert service.requests[0][:3] == ("GET", "library.example", "/brands/4242/media/v2/7")


def test_a_listing_asks_for_a_day_more_and_keeps_what_was_asked_for(client, service):
    service.answers = [
        page(
            record(1, at="2026-07-02T23:59:59"),
            record(2, at="2026-07-03T00:00:00"),
            record(3, at="2026-07-01T00:00:00"),
            record(4, at="2026-06-30T23:59:59Z"),
            record(5, at="2026-07-01T00:30:00+02:00"),
            record(6, at=None),
        )
    ]

    found = [media.id for media in client().list_media(4242, date(2026, 7, 1), date(2026, 7, 2))]

    assert found == [1, 3, 6]
    assert service.requests[0][3]["filters"]["source_created_at"] == {"start": "2026-06-30", "end": "2026-07-03"}


def test_there_is_a_pause_between_pages(client, service, fake_time):
    service.answers = [page(record(1), total=3), page(record(2), total=3), page(record(3), total=3)]

    found = list(client().list_media(4242, date(2026, 7, 1), date(2026, 7, 1)))

    assert [media.id for media in found] == [1, 2, 3]
    assert [body["offset"] for *_, body in service.requests] == [0, 1, 2]
    assert fake_time.naps == [1.0, 1.0]


def test_an_unreadable_listing_is_named(client, service):
    service.answers = [(200, {"items": []})]

    with pytest.raises(ContractError, match="PUT brands/media/v2 has no usable data"):
        list(client().list_media(4242, date(2026, 7, 1), date(2026, 7, 1)))


def test_records_are_found_by_source_id_in_merged_windows(client, service):
    service.answers = [page(record(1, "a"), record(2, "b"), record(3, "x")), page(record(4, "c"))]
    wanted = {"a": date(2026, 7, 1), "b": date(2026, 7, 3), "c": date(2026, 8, 1), "d": date(2026, 8, 1)}

    found = client().find_media(4242, wanted)

    assert {source_id: media.id for source_id, media in found.items()} == {"a": 1, "b": 2, "c": 4}
    asked = [body["filters"]["source_created_at"] for *_, body in service.requests]
    assert asked == [{"start": "2026-06-30", "end": "2026-07-04"}, {"start": "2026-07-31", "end": "2026-08-02"}]


def test_looking_stops_once_everything_is_found(client, service):
    service.answers = [page(record(1, "a"), record(3, "x"), total=500)]

    found = client().find_media(4242, {"a": date(2026, 7, 1)})

    assert found.keys() == {"a"}
    assert len(service.requests) == 1


def test_a_window_whose_records_turned_up_in_another_is_not_asked_for(client, service):
    service.answers = [page(record(2, "b"), record(1, "a"), total=500)]

    found = client().find_media(4242, {"a": date(2026, 7, 1), "b": date(2026, 8, 1)})

    assert found.keys() == {"a", "b"}
    assert len(service.requests) == 1


def test_of_two_records_the_first_created_is_adopted(client, service):
    service.answers = [page(record(9, "a"), record(5, "a"), record(7, "a"), record(8, "z"))]

    found = client().find_media(4242, {"a": date(2026, 7, 1), "never": date(2026, 7, 1)})

    assert found["a"].id == 5


def test_nothing_wanted_asks_nothing(client, service):
    assert client().find_media(4242, {}) == {}
    assert service.requests == []


def put(client, server, name="a.jpg"):
    url = UploadUrl.of(f"{server.origin}/b/k?X-Amz-Signature=deadbeef")
    return client.put_original(url, b"bytes", size=5, content_type="image/jpeg", name=name)


def lines(server):
    return [head for head, _, _ in server.requests]


SIGNED_LINE = "PUT /b/k?X-Amz-Signature=deadbeef HTTP/1.1"
BARE_LINE = "PUT /b/k HTTP/1.1"


def test_the_bytes_go_to_the_signed_url_without_the_token(client, raw_server, http_answer):
    server = raw_server(http_answer(200, ETag='"e"'))

    assert put(client(), server) == "e"
    head, headers, body = server.requests[0]
    assert (head, body) == (SIGNED_LINE, b"bytes")
    assert (headers["cache-control"], headers["accept"]) == ("no-cache", "application/json")
    assert "authorization" not in headers


def test_a_forbidden_signed_url_is_followed_by_the_bare_one_and_remembered(client, raw_server, http_answer):
    server = raw_server(http_answer(403, MISMATCH), http_answer(200, ETag='"e"'))
    social = client()

    assert [put(social, server), put(social, server)] == ["e", "e"]
    assert lines(server) == [SIGNED_LINE, BARE_LINE, BARE_LINE]


def test_a_proven_signed_url_is_never_followed_by_the_bare_one(client, raw_server, http_answer):
    server = raw_server(http_answer(200, ETag='"e"'), http_answer(403, MISMATCH))
    social = client()
    put(social, server)

    with pytest.raises(StorageRefusedError, match="403 SignatureDoesNotMatch"):
        put(social, server)

    assert lines(server) == [SIGNED_LINE, SIGNED_LINE]


def test_an_expired_url_is_not_followed_by_the_bare_one(client, raw_server, http_answer):
    server = raw_server(http_answer(403, EXPIRED))

    with pytest.raises(UploadUrlExpiredError):
        put(client(), server)

    assert lines(server) == [SIGNED_LINE]


def test_a_refusal_that_is_no_403_is_not_followed_by_the_bare_one(client, raw_server, http_answer):
    server = raw_server(http_answer(400, b"<Error><Code>EntityTooLarge</Code></Error>"))

    with pytest.raises(StorageRefusedError, match="400 EntityTooLarge"):
        put(client(), server)

    assert lines(server) == [SIGNED_LINE]


@pytest.mark.parametrize("second", [403, 400])
def test_when_both_forms_are_refused_both_codes_are_told(client, raw_server, http_answer, second):
    server = raw_server(http_answer(403, MISMATCH), http_answer(second, FORBIDDEN))

    with pytest.raises(StorageRefusedError) as raised:
        put(client(), server)

    assert f"signed URL: 403 SignatureDoesNotMatch; bare URL: {second} AccessDenied; expected 200" in str(raised.value)
    assert lines(server) == [SIGNED_LINE, BARE_LINE]


@pytest.mark.parametrize(("mode", "line"), [("signed", SIGNED_LINE), ("bare", BARE_LINE)])
def test_a_forced_mode_tries_nothing_else(client, raw_server, http_answer, mode, line):
    server = raw_server(http_answer(403, FORBIDDEN))

    with pytest.raises(StorageRefusedError, match="403 AccessDenied: Access Denied"):
        put(client(mode), server)

    assert lines(server) == [line]


def test_open_social_reaches_both_hosts_and_shares_one_tally(raw_server, http_answer):
    library = raw_server(http_answer(201, b'{"id": 7}'))
    auth = raw_server(http_answer(200, b'{"accessible_brands": [4242]}'))
    settings = SocialSettings(api_url=library.origin, auth_url=auth.origin, token=SecretStr("tok-5ecret"))
    tally = RequestTally()

    with open_social(settings, tally=tally) as social:
        brands = social.identity().accessible_brands
        created = social.create_media(4242, NEW)

    assert (brands, created) == ({4242}, 7)
    assert tally.counts() == {"GET api/self": 1, "POST brands/media": 1}


def test_open_social_spends_the_budget_it_is_given(raw_server, http_answer, fake_time):
    auth = raw_server(http_answer(200, b'{"accessible_brands": []}'))
    settings = SocialSettings(api_url=auth.origin, auth_url=auth.origin, token=SecretStr("tok-5ecret"))
    budget = RateBudget(1, **fake_time.args)

    with open_social(settings, tally=RequestTally(), budget=budget) as social:
        social.identity()
        social.identity()

    assert fake_time.naps == [60.5]
