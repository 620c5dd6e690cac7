from __future__ import annotations

from datetime import timedelta

from dashmedia.ledger.gaps import Gap, note_gap


def test_two_restorings_are_one_gap_from_the_first_archive_to_the_last_restoring(ledger):
    now = ledger.now()
    first, second = (now - timedelta(days=9), now - timedelta(days=7)), (now - timedelta(days=3), now)

    with ledger._database.write() as connection:
        for since, until in (second, first):
            note_gap(connection, since, until, "owner")

    assert ledger.gap() == Gap(first[0], second[1])
