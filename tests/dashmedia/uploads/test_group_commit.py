from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from dashmedia.errors import LedgerError
from dashmedia.uploads.group_commit import GroupCommit


def test_whoever_comes_during_a_write_is_written_with_the_next():
    groups, entered, go_on = [], Event(), Event()

    def write(group):
        groups.append(list(group))
        entered.set()
        assert go_on.wait(10)
        return len(group)

    commit = GroupCommit(write)
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(commit.write, "first")
        assert entered.wait(10)
        others = [pool.submit(commit.write, number) for number in range(4)]
        while len(commit._waiting) < 4:
            pass
        go_on.set()
        answers = [first.result(), *(each.result() for each in others)]

    assert answers == [1, 4, 4, 4, 4]
    assert groups[0] == ["first"]
    assert sorted(groups[1]) == [0, 1, 2, 3]


def test_an_error_reaches_everybody_whose_item_was_not_written_and_nobody_later():
    failing = [LedgerError("the disk is full")]

    def write(group):
        if failing:
            raise failing.pop()
        return group

    commit = GroupCommit(write)
    with pytest.raises(LedgerError, match="the disk is full"):
        commit.write(1)

    assert commit.write(2) == [2]
