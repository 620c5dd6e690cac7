from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event, Lock

import pytest
from support.delivering import checked, write_files

from dashmedia.limits import MIB
from dashmedia.uploads.budget import PartBudget, share_of


def test_never_more_is_held_than_the_budget():
    budget, lock, held, most = PartBudget(10), Lock(), [0], [0]

    def work(share):
        with budget.hold(share):
            with lock:
                held[0] += share
                most[0] = max(most[0], held[0])
            with lock:
                held[0] -= share

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [4, 3, 7, 1, 2, 5] * 50))

    assert most[0] <= 10
    assert held[0] == 0


def test_what_fits_together_is_let_in_together():
    budget, together = PartBudget(10), Barrier(2, timeout=10)

    def work(share):
        with budget.hold(share):
            return together.wait()

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(work, [6, 4])) == {0, 1}


def test_a_file_larger_than_the_budget_is_let_in_alone():
    budget, entered = PartBudget(10), Event()

    def work():
        with budget.hold(1):
            entered.set()

    with ThreadPoolExecutor(1) as pool:
        with budget.hold(1_000):
            pool.submit(work)
            was_let_in = entered.is_set()
        assert entered.wait(10)

    assert not was_let_in


def test_a_local_file_costs_a_block_for_each_part_in_flight_whatever_its_size(tmp_path):
    (path,) = write_files(tmp_path, 100)

    assert share_of(checked(path), parts_at_once=3) == 3 * MIB


@pytest.mark.parametrize(("size", "read_ahead"), [(3 * MIB, 3 * MIB), (16 * MIB, 16 * MIB), (900 * MIB, 16 * MIB)])
def test_a_remote_file_costs_its_read_ahead_too(tmp_path, size, read_ahead):
    (path,) = write_files(tmp_path, 100)
    local = checked(path)
    remote = replace(local, original=replace(local.original, url="s3://bucket/key"), size=size)

    assert share_of(remote, parts_at_once=1) == MIB + read_ahead
