"""Decisions about answers to a request for more URLs; the service is played."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dashmedia.dam.upload_reading import AssetUpload, PartUrl
from dashmedia.errors import AuthError, ContractError, RejectedError
from dashmedia.ledger import OpenUpload
from dashmedia.uploads.delivery import Opened
from dashmedia.uploads.part_urls import PartUrls, UploadGoneError

SECRET = "https://storage.example/part?X-Amz-Signature=deadbeef"


def urls_of(*answers, known=None):
    """URLs of an upload of three parts of ten bytes, all of them missing; the service answers one after the other."""
    asked = []

    def answer(body):
        asked.append(body)
        said = answers[len(asked) - 1]
        if isinstance(said, Exception):
            raise said
        return AssetUpload("upload-1", "asset-1", tuple(PartUrl(*part) for part in said))

    client = SimpleNamespace(create_asset_upload=answer)
    requests = SimpleNamespace(more_urls=lambda _, numbers: numbers)
    delivery = SimpleNamespace(item=SimpleNamespace(bytes=30))
    opened = Opened(delivery, OpenUpload("", None, "asset-1", "upload-1", 10), known or {})
    return PartUrls(client, requests, opened, lambda: [1, 2, 3]), asked


def part(number, mark="", start=None):
    start = (number - 1) * 10 if start is None else start
    return number, f"{SECRET}{mark}{number}", start, start + 9


def test_known_urls_are_used_and_the_others_asked_for_once_and_together():
    urls, asked = urls_of([part(2), part(3)], known={1: "first"})

    found = [urls.of(number) for number in (1, 2, 3)]

    assert found == ["first", f"{SECRET}2", f"{SECRET}3"]
    assert asked == [[2, 1, 3]]


def test_a_url_that_is_used_up_takes_those_issued_with_it_along_and_a_newer_one_stays():
    urls, asked = urls_of([part(1), part(2)], [part(1, "new"), part(2, "new")])
    first = urls.of(1)

    urls.discard(1, first)
    newer = urls.of(2)
    urls.discard(1, first)

    assert (newer, urls.of(2)) == (f"{SECRET}new2", f"{SECRET}new2")
    assert len(asked) == 2


@pytest.mark.parametrize(
    "answer",
    [[part(2)], [part(1, start=5)], [part(1), part(4)]],
    ids=["not the part", "another range", "a part too many"],
)
def test_an_answer_that_does_not_fit_the_upload_is_refused_without_its_urls(answer):
    urls, _ = urls_of(answer)

    with pytest.raises(ContractError) as refused:
        urls.of(1)

    assert "deadbeef" not in str(refused.value)


def test_a_refusal_means_that_the_upload_is_gone_and_a_wrong_token_only_that():
    gone, _ = urls_of(RejectedError("POST asset-uploads", 404, "no such upload"))
    wrong, _ = urls_of(AuthError("POST asset-uploads", 401, "expired"))

    with pytest.raises(UploadGoneError, match="no such upload"):
        gone.of(1)
    with pytest.raises(AuthError):
        wrong.of(1)
