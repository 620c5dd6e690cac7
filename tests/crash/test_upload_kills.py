"""What is special about a process that dies in an upload to the DAM: how much is sent again, and what it leaves until then.

That nothing is lost or doubled, wherever it dies: `test_matrix.py`.
"""

import random
import signal
import time

import pytest
from support.delivering import PART, assert_each_once, deliver, empties, fates, reasons, settings_of, write_files
from support.upload_kills import DELIVERY

from dashmedia.ledger import Ledger

#: How many kills.
SAMPLE = 5

#: Parts of the files: 3, 1, 2 and 1.
SIZES = (2 * PART + 500, 1, 2 * PART, PART)


@pytest.fixture
def scene(tmp_path, sandbox):
    """Assets are made when the job is sent, which is the reading in which a lost answer leaves empty ones."""
    prepare(sandbox)
    return tmp_path, write_files(tmp_path / "files", *SIZES), settings_of(sandbox), sandbox


def prepare(sandbox):
    sandbox.tell("reset")
    sandbox.tell("variant", {"part_bytes": PART, "job_polls": 0, "part_storage": "front"})


def sent_again(sandbox):
    """How often parts were put beyond the first time, by file."""
    return {
        each["filename"]: sum(max(0, part["puts"] - 1) for part in each["parts"]) for each in sandbox.ask("uploads")
    }


def test_a_kill_makes_at_most_one_part_of_a_file_be_sent_again(scene):
    folder, paths, settings, sandbox = scene
    total = DELIVERY.count(settings, paths, folder / "count.sqlite", "count")

    for at in random.Random(total).sample(range(1, total + 1), SAMPLE):
        prepare(sandbox)
        ledger = folder / f"{at}.sqlite"
        died = DELIVERY.die(settings, paths, ledger, "first", at=at)
        deliveries = deliver(settings, paths, ledger, "second")

        assert died in (-signal.SIGKILL, 0), at
        assert set(fates(deliveries)) <= {"ready", "already_done"}, (at, reasons(deliveries))
        assert max(sent_again(sandbox).values()) <= 1, (at, sent_again(sandbox))
        assert_each_once(sandbox, paths)


def two_runs(folder, paths, settings):
    """Two processes that begin the same work in the same moment."""
    return [DELIVERY.start(settings, paths, folder / "ledger.sqlite", f"run-{number}", batch=3) for number in (1, 2)]


def test_two_runs_at_once_share_the_work_and_double_nothing(tmp_path, sandbox):
    prepare(sandbox)
    paths, settings = write_files(tmp_path / "files", *[PART + number for number in range(24)]), settings_of(sandbox)

    codes = [process.join() for process in two_runs(tmp_path, paths, settings)]
    deliver(settings, paths, tmp_path / "ledger.sqlite", "last")

    assert codes == [0, 0]
    assert_each_once(sandbox, paths)


def test_two_runs_that_both_die_leave_nothing_doubled(tmp_path, sandbox):
    prepare(sandbox)
    paths, settings = write_files(tmp_path / "files", *[3 * PART] * 16), settings_of(sandbox)
    sandbox.tell("faults", [{"endpoint": "put_part", "kind": "delay_ms", "delay_ms": 20, "times": None}])

    processes = two_runs(tmp_path, paths, settings)
    while not empties(sandbox) and any(process.is_alive for process in processes):
        time.sleep(0.01)
    for process in processes:
        process.kill()
    sandbox.forget("faults")
    deliveries = deliver(settings, paths, tmp_path / "ledger.sqlite", "last")

    assert set(fates(deliveries)) <= {"ready", "already_done"}, reasons(deliveries)
    assert_each_once(sandbox, paths)


def test_what_a_killed_run_left_is_explained_and_goes_away(scene):
    folder, paths, settings, sandbox = scene
    sandbox.tell("faults", [{"endpoint": "put_part", "kind": "status", "status": 500, "body": "xml", "times": None}])
    died = DELIVERY.die(settings, paths, folder / "ledger.sqlite", "first", at=20)

    with Ledger.open(folder / "ledger.sqlite") as ledger:
        left = [each.next_step for each in ledger.left()]
    sandbox.forget("faults")
    deliver(settings, paths, folder / "ledger.sqlite", "second")

    assert died == -signal.SIGKILL
    assert left == ["run the flow again: the parts that are missing are sent"] * len(paths)
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        assert list(ledger.left()) == []
