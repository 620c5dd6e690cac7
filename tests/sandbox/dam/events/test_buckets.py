import pytest

BY_TYPE = {"type": "TERMS", "field": "USER_TYPE"}


def histogram(interval):
    return {"type": "DATE_HISTOGRAM", "field": "DATE", "interval": interval}


@pytest.fixture
def three(only):
    return only(
        {"date": "2026-01-31T22:59:59.999Z", "portalId": "p"},
        {"date": "2026-03-01T00:00:00Z"},
        {"date": "2026-03-01T00:59:59Z", "userType": "API"},
    )


def counted(dam, aggregation, **more):
    return dam.events(size=0, aggregations={"mine": aggregation}, **more)["aggregations"]["mine"]


@pytest.mark.parametrize(
    ("interval", "counts"),
    [
        ("MONTH", {"2026-01-01T00:00:00.000Z": 1, "2026-03-01T00:00:00.000Z": 2}),
        ("DAY", {"2026-01-31T00:00:00.000Z": 1, "2026-03-01T00:00:00.000Z": 2}),
        ("HOUR", {"2026-01-31T22:00:00.000Z": 1, "2026-03-01T00:00:00.000Z": 2}),
    ],
)
def test_a_histogram_counts_by_whole_stretches_of_utc(sandbox, dam, three, interval, counts):
    sandbox.tell("variant", {"bucket_shape": "map"})

    assert counted(dam, histogram(interval)) == counts


@pytest.mark.parametrize(
    ("shape", "buckets"),
    [
        ("buckets", {"buckets": [{"value": "USER", "count": 2}, {"value": "API", "count": 1}]}),
        ("list", [{"key": "USER", "docCount": 2}, {"key": "API", "docCount": 1}]),
        ("map", {"USER": 2, "API": 1}),
    ],
)
def test_buckets_have_three_shapes(sandbox, dam, three, shape, buckets):
    sandbox.tell("variant", {"bucket_shape": shape})

    assert counted(dam, BY_TYPE) == buckets


def test_events_without_a_value_are_in_no_bucket_and_none_have_no_buckets(sandbox, dam, three):
    nobody = {"type": "FIELD_EQUALS", "field": "USER_ID", "value": "nobody"}

    assert counted(dam, {"type": "TERMS", "field": "PORTAL_ID"}) == {"buckets": [{"value": "p", "count": 1}]}
    assert counted(dam, histogram("DAY"), criterion=nobody) == {"buckets": []}
    assert counted(dam, BY_TYPE, criterion=nobody) == {"buckets": []}


def test_buckets_count_only_what_was_selected(dam, three):
    api = {"type": "FIELD_EQUALS", "field": "USER_TYPE", "value": "API"}

    buckets = counted(dam, histogram("DAY"), criterion=api)["buckets"]

    assert buckets == [{"value": "2026-03-01T00:00:00.000Z", "count": 1}]


def test_buckets_of_nothing_can_be_named(sandbox, dam, three):
    sandbox.tell("variant", {"empty_buckets": "zero", "bucket_shape": "map"})

    assert counted(dam, histogram("MONTH")) == {
        "2026-01-01T00:00:00.000Z": 1,
        "2026-02-01T00:00:00.000Z": 0,
        "2026-03-01T00:00:00.000Z": 2,
    }


def test_buckets_can_be_short(sandbox, dam, three):
    sandbox.tell("variant", {"lost_in_buckets": 1, "bucket_shape": "map"})

    assert counted(dam, histogram("DAY")) == {"2026-01-31T00:00:00.000Z": 1, "2026-03-01T00:00:00.000Z": 1}


@pytest.mark.parametrize("aggregation", [{"type": "TERMS", "field": "DATE"}, histogram("DAY") | {"field": "USER_ID"}])
def test_counting_by_the_wrong_kind_of_field_is_refused(dam, aggregation):
    assert dam.search("asset-download-event", aggregations={"mine": aggregation}).status_code == 400
