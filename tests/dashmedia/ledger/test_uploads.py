from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashmedia.ledger import Upload

ONE = Upload("a" * 64, "https://storage.example/1.jpg", "e" * 32, 1_000)


def test_bytes_that_are_there_are_found_by_service_and_content(ledger, clock):
    ledger.keep_uploads("social", [ONE])

    found = ledger.uploads("social", [ONE.sha256, "b" * 64])

    assert set(found) == {ONE.sha256}
    assert found[ONE.sha256].bare_url == ONE.bare_url
    assert found[ONE.sha256].at == datetime.fromtimestamp(clock.now, UTC)
    assert ledger.uploads("social@127.0.0.1:1", [ONE.sha256]) == {}


def test_a_later_upload_of_the_same_content_replaces_the_earlier(ledger):
    ledger.keep_uploads("social", [ONE])

    ledger.keep_uploads("social", [Upload(ONE.sha256, "https://storage.example/2.jpg", "f" * 32, 1_000)])

    assert ledger.uploads("social", [ONE.sha256])[ONE.sha256].bare_url == "https://storage.example/2.jpg"


def test_a_url_that_may_be_signed_is_not_kept_and_not_shown(ledger):
    signed = Upload("a" * 64, "https://storage.example/1.jpg?X-Amz-Signature=deadbeef", "e" * 32, 1_000)

    with pytest.raises(ValueError, match="aaaaaaaaaaaa has a query") as caught:
        ledger.keep_uploads("social", [signed])

    assert "deadbeef" not in str(caught.value)


def test_nothing_is_kept_or_asked_for_nothing(ledger):
    ledger.keep_uploads("social", [])

    assert ledger.uploads("social", []) == {}
