"""Batches that wait for their media share readings of the listing, and no reading is put off for nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest

from dashmedia.errors import TransientError
from dashmedia.ingest.watch import PATIENCE_READINGS, PATIENCE_S, Watch
from dashmedia.social.models import Media

DAY = date(2026, 11, 21)


class FakeTime:
    def __init__(self):
        self.now = 1000.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def media(source_id, status="PROCESSED"):
    return Media(id=1, brand_id=7, source_id=source_id, brand_media_status=status, source_created_at=datetime.now(UTC))


def broken(_):
    raise TransientError("PUT brands/media/v2", "the service answered 503", status=503)


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
        return {each: media(each) for each in wanted}

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


class Joining:
    """A watch of three batches: one has just read, one waits for company, and this one joins it before it reads."""

    def __init__(self, time, pool, find):
        self._time, self._pool, self._find = time, pool, find
        self.joined = None
        self.watch = Watch(time.clock, self._sleep, lambda: 3)

    def _sleep(self, seconds):
        self._time.sleep(seconds)
        if self.joined is None:
            self.joined = self._pool.submit(self.watch.look, wanted("joins"), self._find)
            while "joins" not in self.watch._wanted:
                Event().wait(0.001)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def joining(time, pool, find):
    joining = Joining(time, pool, find)
    joining.watch.look(wanted("first"), find)
    return joining


def test_a_batch_that_joins_while_another_waits_is_served_by_its_reading(joining, find, readings):
    joining.watch.look(wanted("waits"), find)

    assert set(joining.joined.result()) == {"joins"}
    assert [names for _, names in readings] == [{"first"}, {"waits", "joins"}]


@pytest.mark.parametrize("status", ["PROCESSING", None])
def test_a_reading_that_brings_nothing_final_is_not_repeated_for_each_batch(joining, readings, status):
    def slow_library(names):
        readings.append((0, set(names)))
        return {each: media(each, status) for each in names} if status else {}

    joining.watch.look(wanted("waits"), slow_library)

    assert set(joining.joined.result()) == ({"joins"} if status else set())
    assert [names for _, names in readings] == [{"first"}, {"waits", "joins"}]


def test_a_reading_that_fails_is_not_repeated_for_each_batch(joining, readings):
    with pytest.raises(TransientError):
        joining.watch.look(wanted("waits"), broken)

    with pytest.raises(TransientError):
        joining.joined.result()
    assert len(readings) == 1


@pytest.mark.parametrize("error", [TransientError("PUT brands/media/v2", "503"), RuntimeError("a defect")])
def test_after_a_reading_that_failed_nobody_looks_for_what_it_was_for(time, find, readings, error):
    def failing(_):
        raise error

    watch = Watch(time.clock, time.sleep, lambda: 1)
    with pytest.raises(type(error)):
        watch.look(wanted("a"), failing)

    assert set(watch.look(wanted("b"), find)) == {"b"}
    assert [names for _, names in readings] == [{"b"}]


def test_a_batch_that_died_on_its_way_holds_the_others_up_for_a_moment_only(time, find, readings):
    watch = Watch(time.clock, time.sleep, lambda: 8)

    for number in range(4):
        watch.look(wanted(f"of {number}"), find)

    assert time.now - 1000.0 == pytest.approx(3 * PATIENCE_S, abs=0.3)
    assert len(readings) == 4


def test_a_library_that_takes_long_to_read_is_read_less_often(time, readings):
    def long(names):
        readings.append((time.now, set(names)))
        time.sleep(10)
        return {}

    watch = Watch(time.clock, time.sleep, lambda: 8)
    watch.look(wanted("a"), long)

    watch.look(wanted("b"), long)

    assert readings[1][0] == pytest.approx(1010.0 + PATIENCE_READINGS * 10, abs=0.1)


def test_at_the_end_of_a_run_a_few_are_asked_for_by_id_where_a_reading_takes_longer(time, readings):
    def long(names):
        readings.append(set(names))
        time.sleep(2)
        return {each: media(each) for each in names}

    watch = Watch(time.clock, time.sleep, lambda: 1)

    with watch.confirming():
        first = watch.look(wanted("a"), long)
        few = watch.look(wanted(*map(str, range(399))), long)
        many = watch.look(wanted(*map(str, range(400))), long)

    assert (len(first), len(few), len(many)) == (1, 0, 400)


def test_while_another_batch_is_at_work_the_listing_is_read(time, readings):
    def long(names):
        time.sleep(2)
        return {each: media(each) for each in names}

    watch = Watch(time.clock, time.sleep, lambda: 2)

    with watch.confirming():
        watch.look(wanted("a"), long)
        again = watch.look(wanted("b"), long)

    assert set(again) == {"b"}


def test_a_service_that_takes_few_calls_is_not_asked_for_many_by_id(time):
    def long(names):
        time.sleep(2)
        return {each: media(each) for each in names}

    watch = Watch(time.clock, time.sleep, lambda: 1, calls_per_s=10)

    with watch.confirming():
        watch.look(wanted("a"), long)
        again = watch.look(wanted(*map(str, range(20))), long)

    assert len(again) == 20


def test_at_the_end_of_a_run_a_few_do_not_wait_for_a_reading_that_was_begun_without_them(time, find, pool):
    begun, may_end = Event(), Event()

    def long(names):
        time.sleep(2)
        return find(names)

    def held(names):
        begun.set()
        may_end.wait(10)
        return find(names)

    watch = Watch(time.clock, time.sleep, lambda: 2)

    with watch.confirming(), watch.confirming():
        watch.look(wanted("a"), long)
        many = pool.submit(watch.look, wanted(*map(str, range(400))), held)
        begun.wait(10)
        few = watch.look(wanted("b"), held)
        may_end.set()

    assert (len(few), len(many.result())) == (0, 400)


def test_a_batch_that_waits_for_company_goes_by_id_once_the_end_has_come(time, find, readings):
    under_way = [3]

    def sleep(seconds):
        time.sleep(seconds)
        under_way[0] = 1

    def long(names):
        time.sleep(2)
        return find(names)

    watch = Watch(time.clock, sleep, lambda: under_way[0])

    with watch.confirming():
        watch.look(wanted("a"), long)
        late = watch.look(wanted("b"), long)

    assert (late, len(readings)) == ({}, 1)


def test_those_that_are_being_asked_for_by_id_count_when_the_next_batch_decides(time, find, readings):
    def long(names):
        time.sleep(2)
        return find(names)

    watch = Watch(time.clock, time.sleep, lambda: 1)

    with watch.confirming():
        watch.look(wanted("a"), long)
        first = watch.look(wanted(*(f"first {number}" for number in range(300))), long)
        second = watch.look(wanted(*(f"second {number}" for number in range(300))), long)

    assert (len(first), len(second)) == (0, 300)
