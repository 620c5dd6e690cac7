from __future__ import annotations

import json

from sqlalchemy import text


def rows(ledger):
    with ledger._database.read() as connection:
        return connection.execute(text("SELECT run_id, started, ended, counts FROM ledger_runs")).all()


def test_a_run_is_written_down_with_its_end_and_its_counts(ledger, begin, clock):
    run = begin()
    clock.now += 60

    ledger.end_run(run, {"ready": 3})

    ((run_id, started, ended, counts),) = rows(ledger)
    assert (run_id, ended - started) == ("run-1", 60)
    assert (json.loads(counts) if isinstance(counts, str) else counts) == {"ready": 3}


def test_a_run_that_begins_anew_is_the_same_run(ledger, begin):
    ledger.end_run(begin(), {})

    begin()

    ((_, _, ended, _),) = rows(ledger)
    assert ended is None
