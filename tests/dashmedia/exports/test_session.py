"""Runs over real HTTP against the sandbox: what they leave is what it holds, or they say with numbers why not."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from support.exporting import LAST_DAY, NOON, RULES, export, held, opened, seed, settings_of, truth

from dashmedia.errors import AuthError, DestinationError, WindowError
from dashmedia.exports.encoding import Format
from dashmedia.exports.outcome import Fate
from dashmedia.exports.review import DayState


@pytest.fixture
def dash(sandbox):
    seed(sandbox)
    sandbox.forget("requests")
    return settings_of(sandbox)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def fates(report):
    return [one.fate for one in report.partitions]


def left_of(report):
    return {one.day: one.reason for one in report.partitions if one.fate is Fate.LEFT}


def searches(sandbox):
    return sandbox.ask("requests").get("search_download_events", 0)


def test_what_lies_there_is_what_the_service_holds(dash, sandbox, out):
    report = export(dash, out)

    assert report.is_complete
    assert held(out) == truth(sandbox)
    assert report.rows == len(truth(sandbox)) == 1_200
    assert report.requests == {"POST asset-download-event-searches": searches(sandbox)}


READINGS = [
    {"range_start": start, "range_end": end} for start in ("inclusive", "exclusive") for end in ("inclusive", "exclusive")
] + [
    {"event_order": "shuffled"}, {"event_order": "unstable_ties"}, {"event_order": "ignored"},
    {"event_id": "eventId", "event_date": "timestamp", "event_references": "object", "event_nulls": "absent"},
    {"event_date": "dateDownloaded", "event_references": "id_object", "bucket_shape": "list"},
    {"envelope": "bare", "bucket_shape": "map", "empty_buckets": "zero"},
    {"search_cap": 60},
    {"range_start": "exclusive", "range_end": "exclusive", "event_order": "ignored", "search_cap": 60},
    {"arriving": 1, "arriving_where": "latest"},
]  # fmt: skip


@pytest.mark.parametrize("variant", READINGS, ids=lambda variant: ",".join(map(str, variant.values())))
def test_the_export_is_the_truth_under_every_reading_of_the_contract(dash, sandbox, out, variant):
    sandbox.tell("variant", variant)

    report = export(dash, out, last_day=date(2026, 11, 19))

    assert report.is_complete, left_of(report)
    assert held(out, last_day=date(2026, 11, 19)) == truth(sandbox, last_day=date(2026, 11, 19))


BENT = [
    {"event_pages": "short"}, {"event_pages": "repeating"}, {"event_pages": "doubled"}, {"event_pages": "stale"},
    {"event_total": "growing"}, {"event_total": "shrinking"}, {"event_total": "flickering"},
    {"event_flaw": "without_id"}, {"event_flaw": "without_date"}, {"event_flaw": "outside_window"},
    {"lost_in_buckets": 2}, {"arriving": 1, "arriving_where": "searched"},
]  # fmt: skip


@pytest.mark.parametrize("variant", BENT, ids=lambda variant: ",".join(map(str, variant.values())))
def test_what_a_service_that_contradicts_itself_lets_us_publish_is_the_truth_or_nothing(dash, sandbox, out, variant):
    sandbox.tell("variant", variant)

    report = export(dash, out, first_day=LAST_DAY)
    there = held(out, first_day=LAST_DAY) if report.is_complete else truth(sandbox, first_day=LAST_DAY)
    was_published = bool(list(out.rglob("part.*")))

    assert there == truth(sandbox, first_day=LAST_DAY)
    assert was_published == report.is_complete


@pytest.mark.parametrize("variant", BENT, ids=lambda variant: ",".join(map(str, variant.values())))
def test_once_the_service_is_right_again_so_is_the_export(dash, sandbox, out, variant):
    sandbox.tell("variant", variant)
    export(dash, out, first_day=LAST_DAY)
    sandbox.forget("variant")

    report = export(dash, out, first_day=LAST_DAY, mode="verify")

    assert report.is_complete
    assert held(out, first_day=LAST_DAY) == truth(sandbox, first_day=LAST_DAY)


@pytest.mark.parametrize(("variant", "words"), [
    ({"event_flaw": "without_id"}, "no usable results"),
    ({"event_flaw": "outside_window"}, "lies outside the range"),
    ({"event_pages": "short"}, "shorter than its total promises"),
    ({"event_pages": "repeating"}, "holds an event twice"),
    ({"event_total": "growing"}, "not complete"),
    ({"lost_in_buckets": 2}, "aggregation sum"),
])  # fmt: skip
def test_what_is_wrong_with_the_answers_is_said_with_the_numbers(dash, sandbox, out, variant, words):
    sandbox.tell("variant", variant)

    report = export(dash, out, first_day=LAST_DAY)

    assert words in left_of(report)[LAST_DAY]
    assert not list(out.rglob("part.*"))


@pytest.mark.parametrize("variant", [{"event_pages": "short"}, {"event_total": "flickering"}, {"lost_in_buckets": 1}])
def test_what_is_wrong_for_a_moment_only_is_overcome(dash, sandbox, out, variant):
    sandbox.tell("variant", variant | {"bent_searches": 2})

    report = export(dash, out, first_day=LAST_DAY)

    assert report.is_complete, left_of(report)
    assert held(out, first_day=LAST_DAY) == truth(sandbox, first_day=LAST_DAY)


def test_one_bad_day_does_not_stop_the_others(dash, sandbox, out):
    sandbox.tell("variant", {"event_flaw": "without_id", "bent_searches": 1})

    report = export(dash, out)

    assert fates(report) == [Fate.LEFT, *[Fate.EXPORTED] * 5]
    assert not report.is_complete


@pytest.mark.parametrize(("options", "words"), [
    ({"first_day": date(2026, 11, 20), "last_day": date(2026, 11, 19)}, "The first day, 2026-11-20, is after the last"),
    ({"timezone": "Europe/Berlin-Mitte"}, "There is no time zone"),
    ({"timezone": "Europe"}, "There is no time zone"),
    ({"last_day": date(2026, 11, 21)}, "has not settled"),
    ({"first_day": date(2027, 1, 1), "last_day": None}, "lies in the future"),
    ({"first_day": date(9999, 12, 31), "last_day": date(9999, 12, 31)}, "lies in the future"),
    ({"first_day": date(2011, 12, 30), "last_day": date(2011, 12, 30), "timezone": "Pacific/Apia"}, "does not exist"),
])  # fmt: skip
def test_days_that_make_no_sense_are_refused_before_the_first_request(dash, sandbox, out, options, words):
    with pytest.raises(WindowError, match=words):
        export(dash, out, **options)

    assert searches(sandbox) == 0
    assert not out.exists()


def test_a_destination_that_cannot_be_written_is_refused_before_the_first_request(dash, sandbox, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DestinationError, match="file/out"):
        export(dash, tmp_path / "file" / "out")

    assert searches(sandbox) == 0


def test_a_wrong_token_ends_the_run_at_once(dash, sandbox, out):
    wrong = dash.model_copy(update={"api_token": type(dash.api_token)("wrong"), "refresh_token": None})

    with pytest.raises(AuthError):
        export(wrong, out)

    assert searches(sandbox) == 1


def test_a_service_that_does_not_answer_is_not_asked_for_every_day(dash, sandbox, out):
    sandbox.tell("faults", [{"endpoint": "search_download_events", "kind": "status", "status": 503, "times": None}])

    report = export(dash, out)

    assert len(left_of(report)) == 6
    assert "not tried" in left_of(report)[LAST_DAY]
    assert searches(sandbox) == 3 * 5


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)]
)
def test_a_local_day_is_as_long_as_its_clocks_say(dash, sandbox, out, day, hours):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(
        hours=1 + (day != date(2026, 3, 29) and day.day < 26)
    )
    ends = [
        start - timedelta(milliseconds=1),
        start,
        start + timedelta(hours=hours, milliseconds=-1),
        start + timedelta(hours=hours),
    ]
    sandbox.tell("events", [{"date": at.isoformat()} for at in ends])

    report = export(dash, out, first_day=day, last_day=day, timezone="Europe/Berlin")

    only = report.partitions[0]
    assert only.end - only.start == timedelta(hours=hours)
    assert only.unique_ids == 2
    assert held(out, first_day=day, last_day=day, timezone="Europe/Berlin") == truth(
        sandbox, first_day=day, last_day=day, timezone="Europe/Berlin"
    )


def test_by_default_it_is_yesterday_in_the_zone(dash, out):
    report = export(dash, out, first_day=None, last_day=None, timezone="Pacific/Auckland")

    assert [one.day for one in report.partitions] == [date(2026, 11, 21)]


def test_only_what_is_missing_is_filled_in(dash, sandbox, out):
    export(dash, out, first_day=date(2026, 11, 18))
    before = searches(sandbox)

    report = export(dash, out, mode="missing")
    asked = searches(sandbox) - before
    again = export(dash, out, mode="missing")

    assert fates(report) == [Fate.EXPORTED] * 3 + [Fate.KEPT] * 3
    assert fates(again) == [Fate.KEPT] * 6
    assert searches(sandbox) - before == asked
    assert held(out) == truth(sandbox)


def test_only_what_cannot_be_trusted_is_failed(dash, out):
    export(dash, out, first_day=LAST_DAY - timedelta(days=1))
    (out / f"events/date={LAST_DAY}/certificate.json").unlink()

    report = export(dash, out, mode="failed")

    assert [one.before for one in report.partitions] == [DayState.MISSING] * 4 + [DayState.COMPLETE, DayState.SHORT]
    assert fates(report) == [Fate.KEPT] * 5 + [Fate.EXPORTED]
    assert report.is_complete


def test_a_format_that_is_not_there_is_missing(dash, out):
    export(dash, out, first_day=LAST_DAY)

    report = export(dash, out, first_day=LAST_DAY, mode="missing", formats=(Format.PARQUET, Format.CSV))

    assert report.partitions[0].before is DayState.MISSING
    assert sorted(report.partitions[0].sha256) == ["part.csv", "part.parquet"]


def test_a_count_finds_days_that_changed_and_measures_how_late_events_came(dash, sandbox, out):
    export(dash, out)
    sandbox.tell("events", [{"date": "2026-11-17T23:59:59.999Z"}, {"date": "2026-11-18T00:00:00Z"}])
    before = searches(sandbox)

    report = export(dash, out, mode="verify", now=NOON + timedelta(hours=2))

    changed = [one.day for one in report.partitions if one.before is DayState.CHANGED]
    assert changed == [date(2026, 11, 17), date(2026, 11, 18)]
    assert fates(report).count(Fate.EXPORTED) == 2
    assert held(out) == truth(sandbox)
    assert (report.lateness.events, report.lateness.gone) == (2, 0)
    assert report.lateness.at_least_s == pytest.approx(3.5 * 86_400, abs=1)
    assert report.lateness.at_most_s == pytest.approx(3.5 * 86_400 + 7_200, abs=1)
    assert report.lateness.later_than[72] == 2
    assert searches(sandbox) - before < 30


def test_days_in_which_nothing_changed_cost_one_request_each(dash, sandbox, out):
    export(dash, out)
    before = searches(sandbox)

    report = export(dash, out, mode="verify")

    assert fates(report) == [Fate.KEPT] * 6
    assert searches(sandbox) - before == 6
    assert report.lateness.events == 0


def test_a_changed_day_that_cannot_be_fetched_stays_and_is_told(dash, sandbox, out):
    export(dash, out)
    sandbox.tell("events", [{"date": "2026-11-17T12:00:00Z"}])
    sandbox.tell("variant", {"event_flaw": "without_id"})

    report = export(dash, out, mode="verify")

    day = report.partitions[2]
    assert (day.before, day.after, day.fate) == (DayState.CHANGED, DayState.CHANGED, Fate.LEFT)
    assert len(held(out)) == 1_200


def test_bytes_that_were_changed_are_found_by_verifying(dash, sandbox, out):
    export(dash, out)
    path = out / f"events/date={LAST_DAY}/part.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    trusting, verifying = (export(dash, out, mode=mode) for mode in ("missing", "verify"))

    assert fates(trusting) == [Fate.KEPT] * 6
    assert fates(verifying) == [Fate.KEPT] * 5 + [Fate.EXPORTED]
    assert held(out) == truth(sandbox)


def test_the_same_days_twice_leave_the_same_bytes(dash, out):
    first = export(dash, out)
    path = out / f"events/date={LAST_DAY}/part.parquet"
    written = path.stat()

    second = export(dash, out, rules=type(RULES)(page_rows=17, threads=1))

    assert [one.sha256 for one in first.partitions] == [one.sha256 for one in second.partitions]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_a_dry_run_estimates_with_one_request_and_writes_nothing(dash, sandbox, out):
    planned = export(dash, out, dry_run=True)
    asked = searches(sandbox)
    report = export(dash, out)

    assert asked == 1
    assert fates(planned) == [Fate.PLANNED] * 6
    assert planned.estimate.rows == report.rows
    assert abs(planned.estimate.requests - (searches(sandbox) - asked)) <= 12
    assert "about 1,200 events" in planned.sentence


def test_a_dry_run_makes_no_folder(dash, out):
    export(dash, out, dry_run=True)

    assert not out.exists()


def test_what_another_run_disturbed_at_the_last_moment_is_published_again(dash, sandbox, out):
    def disturb(session):
        (out / f"events/date={LAST_DAY}/certificate.json").unlink()

    report = export(dash, out, meanwhile=disturb)

    assert report.is_complete
    assert held(out) == truth(sandbox)


def test_bytes_that_changed_right_after_they_were_published_are_published_again(dash, sandbox, out):
    def harm(_):
        path = out / f"events/date={LAST_DAY}/part.parquet"
        data = path.read_bytes()
        path.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])

    report = export(dash, out, meanwhile=harm)

    assert report.is_complete
    assert held(out) == truth(sandbox)


def test_a_kept_day_that_is_lost_meanwhile_is_left_over(dash, out):
    export(dash, out)

    report = export(
        dash, out, mode="missing", meanwhile=lambda _: (out / f"events/date={LAST_DAY}/part.parquet").unlink()
    )

    assert list(left_of(report)) == [LAST_DAY]


def test_two_runs_over_the_same_days_at_once_leave_the_truth(dash, sandbox, out):
    reports = []
    runs = [threading.Thread(target=lambda: reports.append(export(dash, out))) for _ in range(2)]

    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert [report.is_complete for report in reports] == [True, True]
    assert held(out) == truth(sandbox)


def test_the_report_survives_json(dash, out):
    report = export(dash, out, first_day=LAST_DAY)

    assert type(report).model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["partitions"][0]["before"] == "missing"


def test_a_day_that_changed_and_is_there_as_csv_only_tells_no_lateness(dash, sandbox, out):
    export(dash, out, first_day=LAST_DAY, formats=(Format.CSV,))
    sandbox.tell("events", [{"date": "2026-11-20T12:00:00Z"}])

    report = export(dash, out, first_day=LAST_DAY, formats=(Format.CSV,), mode="verify")

    assert fates(report) == [Fate.EXPORTED]
    assert report.lateness.events == 0


def test_what_a_shard_complained_of_is_the_reason_why_its_days_are_not_there(dash, sandbox, out):
    def shards_end(session):
        first, second = session.shards
        for day in first.days:
            session.export(day)
        session.note_shard(first, "")
        session.note_shard(second, "its shard ended as Crashed")
        session.confirm()
        assert list(session.exported) == list(session.complete) == [day.date for day in first.days]

    with opened(dash, out, run_as="deployments", parallel=2) as session:
        session.review()
        shards_end(session)
        report = session.report()

    assert fates(report) == [Fate.EXPORTED] * 3 + [Fate.LEFT] * 3
    assert left_of(report)[LAST_DAY] == "nothing is there; its shard ended as Crashed"


def test_a_run_that_looked_at_nothing_has_everything_left(dash, out):
    with opened(dash, out) as session:
        report = session.report()

    assert (report.left, report.is_complete) == (6, False)
