"""Calls in flight grow with the workers, as far as more of them help."""

import pytest

from dashmedia.ingest.session import CALLS_MAX, call_threads


@pytest.mark.parametrize(("workers", "threads"), [(1, 8), (8, 64), (16, CALLS_MAX), (64, CALLS_MAX)])
def test_calls_in_flight_grow_with_the_workers_up_to_a_bound(workers, threads):
    assert call_threads(workers) == threads
