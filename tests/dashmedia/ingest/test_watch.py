"""Batches that wait for their media share readings of the listing, and no reading is put off for nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest

from dashmedia.ingest.watch import PATIENCE_S, Watch
from dashmedia.social.models import Media

DAY = date(2026, 11, 21)


class FakeTime:
    def __init__(self):
        self.now = 1000.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def ready(source_id):
    return Media(
        id=1, brand_id=7, source_id=source_id, brand_media_status="PROCESSED", source_created_at=datetime.now(UTC)
    )


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def readings():
    return []


@pytest.fixture
def find(readings, time):
    def read(wanted):
        readings.append((time.now, set(wanted)))
        return {each: ready(each) for each in wanted}

    return read


def wanted(*names):
    return dict.fromkeys(names, DAY)


def test_the_only_batch_reads_at_once_even_right_after_another_reading(time, find, readings):
    watch = Watch(time.clock, time.sleep, lambda: 1)

    watch.look(wanted("a"), find)
    watch.look(wanted("b"), find)

    assert readings == [(1000.0, {"a"}), (1000.0, {"b"})]


def test_a_batch_of_many_waits_for_others_but_not_for_ever(time, find, readings):
    watch = Watch(time.clock, time.sleep, lambda: 8)
    watch.look(wanted("a"), find)

    watch.look(wanted("b"), find)

    assert readings[1][0] == pytest.approx(1000.0 + PATIENCE_S, abs=0.1)


def test_a_batch_that_joins_while_another_waits_is_served_by_its_reading(time, find, readings):
    with ThreadPoolExecutor(1) as pool:
        joined = []

        def sleep(seconds):
            time.sleep(seconds)
            if not joined:
                joined.append(pool.submit(watch.look, wanted("joins"), find))
                while "joins" not in watch._wanted:
                    Event().wait(0.001)

        watch = Watch(time.clock, sleep, lambda: 3)
        watch.look(wanted("first"), find)
        watch.look(wanted("waits"), find)

        assert set(joined[0].result()) == {"joins"}
    assert [names for _, names in readings] == [{"first"}, {"waits", "joins"}]
