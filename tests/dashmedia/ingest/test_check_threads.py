"""Which threads check an original: files of this machine need a processor, anything else waits for the network."""

import os
import threading

import fsspec
import pytest
from support.ingesting import photo

from dashmedia.ingest import check as checking


@pytest.fixture
def threads(monkeypatch):
    """Names of the threads that checked something."""
    names, check = set(), checking.check

    def noting(original, rules):
        names.add(threading.current_thread().name.rpartition("_")[0])
        numbers.add(threading.get_ident())
        return check(original, rules)

    numbers = set()
    monkeypatch.setattr(checking, "check", noting)
    return names, numbers


def test_local_files_are_checked_by_no_more_threads_than_there_are_processors(place, threads):
    names, numbers = threads

    report = place.photos(40).ingest(workers=16)

    assert report.ready == 40
    assert names == {"local-check"}
    assert len(numbers) <= (os.cpu_count() or 1)


def test_remote_files_are_checked_by_the_other_threads(place, threads):
    store = fsspec.filesystem("memory")
    for number in range(3):
        store.pipe(f"/check-threads/{number}.jpg", photo(number))

    report = place.ingest("memory://check-threads")

    assert report.ready == 3
    assert threads[0] == {"check"}
