"""One export run without Prefect, what it left, and what the sandbox holds: shared by tests that play with all three."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.ingesting import PATIENT, brief, fast_clock

from dashmedia.dam import DashSettings
from dashmedia.exports.days import choose_days
from dashmedia.exports.opening import open_export
from dashmedia.exports.options import ExportOptions
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.partitions import read_partition

#: When tests export: the noon after the last day with events.
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LAST_DAY = date(2026, 11, 20)

#: Small pages, so that a day takes several.
RULES = ExportRules(page_rows=40, threads=4)


def seed(sandbox, count=1_200, days=6):
    """Exactly these events, the last on `LAST_DAY`."""
    sandbox.tell("seed_events", {"count": count, "days": days, "last_day": LAST_DAY.isoformat(), "seed": 5})


def settings_of(sandbox, **change):
    """Settings for the sandbox's DAM, as fast as it goes."""
    env = {name: value for name, value in sandbox.env.items() if name.startswith("DASH_")}
    return DashSettings.from_env(env).model_copy(update={"requests_per_minute": 100_000} | change)


def options_of(destination, **options):
    """The last six days with events, all exported, unless told otherwise."""
    usual = {"first_day": date(2026, 11, 15), "last_day": LAST_DAY}
    return ExportOptions(destination=str(destination), **(usual | options))


def export(settings, destination, *, now=NOON, rules=RULES, meanwhile=None, **options):
    """Every step for every day, as the flows do, one day after the other; returns the report.

    `meanwhile(session)` is called between the export and the last look.
    """
    with opened(settings, destination, now=now, rules=rules, **options) as session:
        session.review()
        for day in session.chosen:
            session.export(day)
        if meanwhile:
            meanwhile(session)
        session.confirm()
        return session.report()


def opened(settings, destination, *, now=NOON, rules=RULES, **options):
    """A session to play with."""
    return open_export(
        options_of(destination, **options), settings, run_id="test", rules=rules, retry=PATIENT, now=lambda: now,
        sleep=brief, clock=fast_clock,
    )  # fmt: skip


def days_of(destination, **options):
    """The local days and windows of these options."""
    return choose_days(options_of(destination, **options), NOON, RULES.settle_s)


def held(destination, **options):
    """Every event in the partitions of these days, each proven; an error where one is not."""
    found = []
    for day in days_of(destination, **options):
        frame = read_partition(str(destination), day.date, day.window)
        found += rows_of(frame)
    return sorted(found)


def zone_at_noon():
    """A time zone where it is about noon now, so that yesterday is over for long whenever tests run."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def yesterday(timezone):
    """The local day before today."""
    return datetime.now(ZoneInfo(timezone)).date() - timedelta(days=1)


def event_at_noon(timezone, days_before=0):
    """An event, as the sandbox is told it, at the local noon of yesterday or of so many days before."""
    noon = datetime.combine(yesterday(timezone) - timedelta(days=days_before), time(12), ZoneInfo(timezone))
    return {"date": noon.isoformat()}


def rows_of(frame):
    """Rows with None for what is absent and dates as the service writes them."""
    plain = frame.astype("object").where(frame.notna(), None)
    plain["downloaded_at"] = [spelled(at) for at in frame["downloaded_at"]]
    return plain.itertuples(index=False, name=None)


def spelled(at):
    """ISO 8601 with milliseconds and `Z`."""
    return at.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def truth(sandbox, **options):
    """Every event that the sandbox holds in these days."""
    days = days_of("nowhere", **options)
    since, until = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (days[0].window.start, days[-1].window.end))
    names = ("id", "assetId", "assetFileId", "userId", "userType", "portalId", "downloadType", "date")
    return sorted(tuple(one[name] for name in names) for one in sandbox.ask(f"events?since={since}&until={until}"))
