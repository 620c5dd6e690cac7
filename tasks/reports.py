"""What a person reads in the UI after a run, and the events that automations react to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from dashmedia.errors import IncompleteRunError
from dashmedia.ingest.report import LISTED_MAX

if TYPE_CHECKING:
    from dashmedia.ingest import IngestReport, IngestSession


def conclude_ingest(session: IngestSession) -> IngestReport:
    """The report of a finished session, published.

    Raises:
        IncompleteRunError: something is left over; the sentence counts it.
    """
    report = session.report()
    publish_ingest_report(report)
    if not report.is_complete:
        raise IncompleteRunError(_what_is_left(report))
    return report


def _what_is_left(report: IngestReport) -> str:
    if report.unaccounted:
        return f"{report.unaccounted} originals are in no count; this is a defect, please report it. {report.sentence}"
    return f"{report.failed} of {report.found} originals are left over; run again to do only those. {report.sentence}"


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_ingest_report(report: IngestReport) -> None:
    """Leave the summary, the refused and the failed as artifacts, and emit `dash.ugc.ready`."""
    create_markdown_artifact(key="ingest-summary", markdown=summary(report), description=report.sentence)
    if report.refusals:
        create_table_artifact(
            key="ingest-refused", table=[each.model_dump() for each in report.refusals],
            description=_listed("Refused", report.rejected + report.duplicate, "refused"),
        )  # fmt: skip
    if report.failures:
        create_table_artifact(
            key="ingest-left", table=[each.model_dump() for each in report.failures],
            description=_listed("Left", report.failed, "left"),
        )  # fmt: skip
    if not report.dry_run:
        _emit(report)


def summary(report: IngestReport) -> str:
    """The run in the media team's words, as Markdown."""
    lines = [f"# {_headline(report)}", "", report.sentence, "", "| what | originals |", "|---|---:|"]
    lines += [f"| {label} | {getattr(report, count):,} |" for count, label in _LABELS.items() if getattr(report, count)]
    lines += ["", f"**Source** `{report.source}`  ", f"**Into** {', '.join(report.destinations)}  "]
    lines += [f"**Sent** {report.bytes / 1e6:,.1f} MB in {report.seconds:,.1f} s", ""]
    lines += _refused_section(report) + _left_section(report) + _request_section(report)
    return "\n".join(lines)


_LABELS = {
    "found": "found",
    "ready": "ready in the library",
    "planned": "would be delivered",
    "already_done": "were there already",
    "duplicate": "duplicates of another file in this run",
    "rejected": "refused by a rule",
    "held": "being delivered by another run",
    "failed": "left over",
}


def _headline(report: IngestReport) -> str:
    if report.dry_run:
        return "Dry run: nothing was sent"
    return "Everything is delivered" if report.is_complete else f"{report.failed:,} left over"


def _refused_section(report: IngestReport) -> list[str]:
    if not report.rejected_by_rule:
        return []
    rows = [f"| {rule.replace('_', ' ')} | {number:,} |" for rule, number in sorted(report.rejected_by_rule.items())]
    return [
        "## Refused",
        "",
        "| rule | originals |",
        "|---|---:|",
        *rows,
        "",
        "Each with its reason: artifact `ingest-refused`.",
        "",
    ]


def _left_section(report: IngestReport) -> list[str]:
    if not report.failures:
        return []
    return [
        "## Left over", "",
        *[f"- **{each.filename}** → {each.destination}: {each.reason}" for each in report.failures[:20]],
        "", "Run it again: only what is left is done.", "",
    ]  # fmt: skip


def _request_section(report: IngestReport) -> list[str]:
    rows = [f"| `{endpoint}` | {number:,} |" for endpoint, number in sorted(report.requests.items())]
    return ["## Requests", "", "| endpoint | requests |", "|---|---:|", *rows]


def _listed(what: str, number: int, command: str) -> str:
    more = f"; the first {LISTED_MAX}, all with `python -m dashmedia.ledger {command}`" if number > LISTED_MAX else ""
    return f"{what}: {number:,}{more}"


def _emit(report: IngestReport) -> None:
    for destination in report.destinations:
        emit_event(
            "dash.ugc.ready",
            resource={"prefect.resource.id": f"dash.{destination}", "prefect.resource.name": destination},
            payload={"run_id": report.run_id, "source": report.source, "ready": report.ready, "failed": report.failed},
        )
