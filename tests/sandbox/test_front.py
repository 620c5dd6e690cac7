import hashlib

import pytest


@pytest.mark.parametrize("storage", ["direct", "front"])
def test_a_signed_url_takes_the_bytes_and_answers_their_md5(sandbox, dash, photo, storage):
    sandbox.tell("variant", {"storage": storage})
    url = dash.upload_url().json()["url"]

    answer = dash.put(url, photo)

    assert url.startswith({"direct": sandbox.s3_url, "front": sandbox.api_url}[storage] + "/")
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{hashlib.md5(photo).hexdigest()}"')


@pytest.mark.parametrize("storage", ["direct", "front"])
def test_a_signed_url_refuses_another_content_type_and_another_key(sandbox, dash, photo, storage):
    sandbox.tell("variant", {"storage": storage})
    url = dash.upload_url().json()["url"]

    other_type = dash.put(url, photo, "image/png")
    other_key = dash.put(url.replace(".jpg?", "0.jpg?"), photo)

    assert (other_type.status_code, other_key.status_code) == (403, 403)
    assert "<Code>SignatureDoesNotMatch</Code>" in other_type.text
    assert sandbox.ask("state")["objects"] == 0


def test_upload_urls_can_name_another_address_that_leads_to_the_storage(sandbox, dash, photo):
    host = sandbox.s3_url.replace("127.0.0.1", "localhost")
    sandbox.tell("variant", {"s3_url": host})
    url = dash.upload_url().json()["url"]

    answer = dash.put(url, photo)
    created = dash.create(url.split("?")[0])

    assert url.startswith(f"{host}/")
    assert (answer.status_code, created.status_code) == (200, 201)


def test_a_bare_put_is_refused_while_signatures_are_asked_for(sandbox, dash, photo):
    direct = dash.put(dash.upload_url().json()["url"].split("?")[0], photo)
    sandbox.tell("variant", {"storage": "front"})
    front = dash.put(dash.upload_url().json()["url"].split("?")[0], photo)

    assert direct.status_code == 400  # rclone's own answer; Amazon's is the next
    assert (front.status_code, "<Code>AccessDenied</Code>" in front.text) == (403, True)
    assert sandbox.ask("state")["objects"] == 0


def test_the_guide_read_literally_takes_the_bare_url_and_refuses_the_signed_one(sandbox, dash, photo):
    sandbox.tell("variant", {"put_mode": "bare"})
    url = dash.upload_url().json()["url"]

    signed = dash.put(url, photo)
    bare = dash.put(url.split("?")[0], photo)

    assert (signed.status_code, "<Code>AccessDenied</Code>" in signed.text) == (403, True)
    assert (bare.status_code, bare.headers["etag"]) == (200, f'"{hashlib.md5(photo).hexdigest()}"')
    assert dash.create(url.split("?")[0]).status_code == 201


def test_an_expired_url_is_refused_in_the_words_of_amazon_by_the_front(sandbox, dash, photo):
    sandbox.tell("variant", {"storage": "front", "url_expires_s": 0})

    answer = dash.put(dash.upload_url().json()["url"], photo)

    assert (answer.status_code, "<Message>Request has expired</Message>" in answer.text) == (403, True)


@pytest.mark.parametrize("storage", ["direct", "front"])
def test_a_token_sent_to_the_storage_or_a_body_of_unknown_length_is_refused(sandbox, dash, photo, storage):
    sandbox.tell("variant", {"storage": storage})
    url = dash.upload_url().json()["url"]
    headers = {"Content-Type": "image/jpeg"}

    with_token = dash.storage.put(url, content=photo, headers=headers | {"Authorization": "Bearer x"})
    chunked = dash.storage.put(url, content=iter([photo]), headers=headers)

    assert (with_token.status_code, chunked.status_code) == (400, 411)


def test_anybody_can_read_an_object_at_its_public_url_and_nothing_beside_it(sandbox, dash, photo):
    media = dash.create(dash.upload(photo)).json()
    url = media["image"]["sizes"]["original"]["url"]

    read = dash.storage.get(url)
    head = dash.storage.head(url)
    missing = dash.storage.get(url + "x")
    outside = dash.storage.get(f"{sandbox.api_url}/dashsocial-static/%2e%2e/%2e%2e/keys.json")

    assert (read.content, read.headers["content-type"]) == (photo, "image/jpeg")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(photo)))
    assert (missing.status_code, outside.status_code) == (404, 404)
