from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.exc import StatementError

from dashmedia.ledger.schema import KEY_BYTES, as_key


def test_a_time_without_a_zone_is_refused(ledger, begin, new_item):
    naive = datetime(2026, 7, 1, 14, 3, 22)  # noqa: DTZ001 - the example

    with pytest.raises(StatementError, match="2026-07-01T14:03:22 has no time zone"):
        ledger.claim([new_item(1, source_created_at=naive)], begin())


@pytest.mark.parametrize("words", ["", "a.jpg", "é" * 600, "x" * KEY_BYTES])
def test_a_short_key_stays_as_it_is(words):
    assert as_key(words) == words


def test_a_long_key_is_cut_between_characters():
    cut = as_key("é" * 10_000)

    assert len(cut.encode()) <= KEY_BYTES
    assert cut.startswith("ééé")
