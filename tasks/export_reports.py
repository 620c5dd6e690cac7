"""What a person reads in the UI after a run over download events, and the event that automations react to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from dashmedia.errors import IncompleteRunError
from dashmedia.exports.lateness import CURVE_HOURS
from dashmedia.exports.outcome import Fate
from tasks import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from dashmedia.exports.lateness import Lateness
    from dashmedia.exports.lateness_history import LatenessHistory
    from dashmedia.exports.outcome import DayOutcome, ExportReport
    from dashmedia.exports.session import ExportSession

#: How many days a table lists one by one; an artifact is one request, and nobody reads more.
LISTED_MAX = 1_000


def conclude_export(session: ExportSession) -> ExportReport:
    """The report of a finished session, published.

    Raises:
        IncompleteRunError: a chosen day is not complete; the sentence counts them and quotes the first reason.
    """
    report = session.report()
    publish_export_report(report)
    if not report.is_complete:
        raise IncompleteRunError(_what_is_left(report))
    return report


def _what_is_left(report: ExportReport) -> str:
    left = [one for one in report.partitions if one.fate is Fate.LEFT]
    if not left:
        return f"Every day is there, but something else is not. {report.problems[0]}"
    count = f"{len(left)} of {report.days} {'day is' if report.days == 1 else 'days are'} left over"
    return f"{count}; run again to do only those. {left[0].day}: {left[0].reason}"


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_export_report(report: ExportReport) -> None:
    """Leave the state of each day, the certificates, what is left and the summary that links them; emit `dash.export.complete`."""
    proven = [one for one in report.partitions if one.sha256]
    left = [one for one in report.partitions if one.fate is Fate.LEFT]
    tables = {
        "export-left": _table("export-left", left, left_row, "Left over, and why. Running again does only these days."),
        "export-days": _table("export-days", report.partitions, day_row, "What each day was worth before and is now."),
        "export-certificates": _table(
            "export-certificates", proven, certificate_row,
            "Proof that a day is complete: the counts of a row agree. SHA-256 tells whether a file is still what was written.",
        ),
    }  # fmt: skip
    create_markdown_artifact(key="export-summary", markdown=summary(report, tables), description=report.sentence)
    if page := report.made.get("report page"):
        create_link_artifact(key="export-report", link=page.split("?", 1)[0], description="Downloads, on one page")
    if report.is_complete and not report.dry_run:
        _emit(report)


def summary(report: ExportReport, tables: Mapping[str, UUID | None] = MappingProxyType({})) -> str:
    """The run in the media team's words, as Markdown.

    Args:
        report: the run.
        tables: ids of the artifacts that list day by day, for links.
    """
    lines = [f"# {_headline(report)}", "", "**What to do next**", ""]
    lines += [*[f"- {step}" for step in _next_steps(report, tables)], "", "| what | days |", "|---|---:|"]
    lines += [f"| {label} | {getattr(report, fate):,} |" for fate, label in _LABELS.items() if getattr(report, fate)]
    lines += ["", f"**Days** {report.first_day} to {report.last_day}, in {report.timezone}  "]
    lines += [f"**At** `{report.destination}`  ", f"**Events** {report.rows:,} in {report.seconds:,.1f} s", ""]
    lines += [f"**{what[0].upper()}{what[1:]}** `{url.split('?', 1)[0]}`  " for what, url in report.made.items()] + [""]
    lines += _left_section(report) + (_lateness_section(report.lateness, report.history) if report.lateness else [])
    return "\n".join(lines + _request_section(report))


_LABELS = {
    Fate.EXPORTED: "exported, and proven complete",
    Fate.KEPT: "left as they were",
    Fate.PLANNED: "would be exported",
    Fate.LEFT: "left over",
}


def day_row(day: DayOutcome) -> dict[str, Any]:
    """One day, its state before and now."""
    return {
        "day": str(day.day), "before": str(day.before), "now": str(day.after), "what was done": str(day.fate),
        "events": day.unique_ids, "why": day.reason,
    }  # fmt: skip


def certificate_row(day: DayOutcome) -> dict[str, Any]:
    """One certificate."""
    return {
        "day": str(day.day), "from (UTC)": f"{day.start:%Y-%m-%d %H:%M}", "to (UTC)": f"{day.end:%Y-%m-%d %H:%M}",
        "service counts": day.server_total, "sum of buckets": day.aggregation_sum, "different ids": day.unique_ids,
        "requests": day.requests, "fetched again": day.refetches, "service was seen to": day.contract,
        "SHA-256": ", ".join(f"{name} {digest}" for name, digest in day.sha256.items()), "where": day.url,
    }  # fmt: skip


def left_row(day: DayOutcome) -> dict[str, Any]:
    """One day that is left, and why."""
    return {"day": str(day.day), "now": str(day.after), "why": day.reason}


def _table(key: str, days: Iterable[DayOutcome], row: Any, words: str) -> UUID | None:
    """The artifact's id; None when there is nothing to list."""
    rows = [row(day) for day in days]
    more = f" The first {LISTED_MAX:,} of {len(rows):,}." if len(rows) > LISTED_MAX else ""
    words = f"{words}{more}"
    return cast("UUID", create_table_artifact(key=key, table=rows[:LISTED_MAX], description=words)) if rows else None


def _next_steps(report: ExportReport, tables: Mapping[str, UUID | None]) -> list[str]:
    steps = []
    if report.left or report.problems:
        steps += [
            f"See below what is left over and why, then {links.to_form('run it again')}: days that are good are kept."
        ]
    if report.dry_run:
        steps += [f"If that is right, {links.to_form('run it again', dry_run=False)} with **Dry run** off."]
    steps += [f"{links.to_artifact(_LISTS[key], one, key)}." for key, one in tables.items() if one]
    return steps or ["Nothing."]


_LISTS = {
    "export-left": "The days that are left over",
    "export-days": "Day by day, before and now",
    "export-certificates": "The proof that each day is complete",
}


def _headline(report: ExportReport) -> str:
    if report.dry_run:
        return "Dry run: nothing was written"
    if report.left:
        return f"{report.left:,} of {report.days:,} {'day is' if report.days == 1 else 'days are'} left over"
    return (
        "Every download is there" if report.is_complete else "Every download is there, but not all that is made of them"
    )


def _left_section(report: ExportReport) -> list[str]:
    left = [one for one in report.partitions if one.fate is Fate.LEFT]
    lines = [f"- **{one.day}**: {one.reason}" for one in left[:20]] + [f"- {problem}" for problem in report.problems]
    return ["## Left over", "", *lines, ""] if lines else []


def _lateness_section(late: Lateness, history: LatenessHistory | None) -> list[str]:
    lines = ["## How late downloads arrive", ""]
    if late.events:
        lines += [f"{late.events:,} events came after their day had been exported ({late.of:,} were counted again). "]
        lines += [f"The latest came between {_hours(late.at_least_s)} and {_hours(late.at_most_s)} after the download."]
    else:
        lines += [f"Of {late.of:,} events counted again, none had come late."]
    lines += ["", *(_history_words(history) if history else [])]
    lines += _curves({"this run": late} | ({"all runs": history} if history else {}))
    return [*lines, ""]


def _curves(measured: dict[str, Lateness | LatenessHistory]) -> list[str]:
    """A line for each number of hours: the events that surely came later than that, and those that may have."""
    lines = [f"| later than | {' | '.join(f'{who}: surely | perhaps' for who in measured)} |"]
    lines += ["|---|" + "---:|---:|" * len(measured)]
    for hours in CURVE_HOURS:
        counts = [f"{one.later_than[hours]:,} | {one.maybe_later_than[hours]:,}" for one in measured.values()]
        lines.append(f"| {hours} h | {' | '.join(counts)} |")
    return lines


def _history_words(history: LatenessHistory) -> list[str]:
    times = "look" if history.looks == 1 else "looks"
    told = (
        f"In {history.looks:,} {times} since {history.since:%Y-%m-%d}, {history.events:,} of {history.of:,} events of "
    )
    told += f"{history.days:,} days had come late."
    if history.enough_hours is not None:
        told += f" After {history.enough_hours} h fewer than 1 in 1,000 was still to come."
    return [told, ""]


def _hours(seconds: float | None) -> str:
    return f"{(seconds or 0) / 3600:,.1f} h"


def _request_section(report: ExportReport) -> list[str]:
    rows = [f"| `{endpoint}` | {number:,} |" for endpoint, number in sorted(report.requests.items())]
    return ["## Requests", "", "| endpoint | requests |", "|---|---:|", *rows]


def _emit(report: ExportReport) -> None:
    emit_event(
        "dash.export.complete",
        resource={
            "prefect.resource.id": f"dash.downloads.{report.destination}",
            "prefect.resource.name": f"downloads at {report.destination}",
        },
        payload={
            "run_id": report.run_id, "first_day": str(report.first_day), "last_day": str(report.last_day),
            "timezone": report.timezone, "days": report.days, "exported": report.exported, "rows": report.rows,
        },
    )  # fmt: skip
