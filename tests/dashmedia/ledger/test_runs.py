from __future__ import annotations

import json

from sqlalchemy import text

from dashmedia.ledger import Life, Verdict

#: A process on another machine, whose death cannot be seen from here.
ELSEWHERE = "elsewhere/boot/pid:[1]/4711/1.00"


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


def test_a_run_is_unknown_then_at_work_then_ended(ledger, begin):
    before = ledger.life("run-1")
    run = begin()
    meanwhile = ledger.life("run-1")
    ledger.end_run(run, {})

    assert (before, meanwhile, ledger.life("run-1")) == (Life.UNKNOWN, Life.AT_WORK, Life.ENDED)


def test_a_run_elsewhere_is_gone_when_its_last_lease_has_ended(ledger, begin, new_item, clock):
    run = begin(owner=ELSEWHERE)
    ledger.claim([new_item(1)], run)
    clock.now += 60
    ledger.claim([new_item(2)], run)
    clock.now += 60
    one_of_two = ledger.life("run-1")
    clock.now += 60

    assert (one_of_two, ledger.life("run-1")) == (Life.AT_WORK, Life.GONE)


def test_a_dead_process_of_this_machine_is_gone_at_once(ledger, begin, spawn, url, new_item):
    process = spawn("claimer.py", url, "run-1")
    process.stdin.write("open\n")
    process.stdin.flush()
    while process.stdout.readline().strip() != "opened":
        pass
    alive = ledger.life("run-1")
    process.kill()
    process.wait()

    assert (alive, ledger.life("run-1")) == (Life.AT_WORK, Life.GONE)


def test_what_a_dead_run_held_is_free_when_it_is_given_up(ledger, begin, new_item, clock):
    ledger.claim([new_item(1)], begin(owner=ELSEWHERE))
    (held,) = ledger.claim([new_item(1)], begin("run-2"))

    clock.now += 91
    freed = ledger.give_up("run-1")
    (taken,) = ledger.claim([new_item(1)], begin("run-2"))

    assert (held.verdict, freed, taken.verdict) == (Verdict.HELD, 1, Verdict.TAKEN)
    assert ledger.life("run-1") is Life.ENDED


def test_a_run_that_may_be_alive_keeps_its_rows_when_it_is_given_up(ledger, begin, new_item):
    ledger.claim([new_item(1)], begin(owner=ELSEWHERE))

    freed = (ledger.give_up("run-1"), ledger.give_up("never begun"))
    (held,) = ledger.claim([new_item(1)], begin("run-2"))

    assert (freed, held.verdict) == ((0, 0), Verdict.HELD)
