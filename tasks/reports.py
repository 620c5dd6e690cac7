"""What a person reads in the UI after a run, and the events that automations react to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from prefect.settings import PREFECT_UI_URL

from dashmedia.errors import IncompleteRunError
from dashmedia.ingest.report import LISTED_MAX
from dashmedia.ledger.destinations import is_dam

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from pydantic import BaseModel

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
    left = f"{report.failed} of {report.found} originals are left over; run again to do only those. {report.sentence}"
    return " ".join((left, *report.remarks))


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_ingest_report(report: IngestReport) -> None:
    """Leave the refused, the failed, the new assets and the summary as artifacts, and emit `dash.ugc.ready`."""
    tables = {
        "ingest-refused": _table(
            "ingest-refused", report.refusals, _listed("Refused", report.rejected + report.duplicate, "refused")
        ),
        "ingest-left": _table("ingest-left", report.failures, _listed("Left", report.failed, "left")),
        "ingest-assets": _table("ingest-assets", report.assets, _assets_listed(report)),
    }
    create_markdown_artifact(key="ingest-summary", markdown=summary(report, tables), description=report.sentence)
    if not report.dry_run:
        _emit(report)


def _table(key: str, rows: Sequence[BaseModel], words: str) -> UUID | None:
    """The artifact's id; None when there is nothing to list."""
    if not rows:
        return None
    return cast("UUID", create_table_artifact(key=key, table=[each.model_dump() for each in rows], description=words))


def summary(report: IngestReport, tables: Mapping[str, UUID | None] = MappingProxyType({})) -> str:
    """The run in the media team's words, as Markdown.

    Args:
        report: the run.
        tables: ids of the artifacts that list one by one, for links.
    """
    lines = [f"# {_headline(report)}", "", report.sentence, "", "| what | originals |", "|---|---:|"]
    lines += [f"| {label} | {getattr(report, count):,} |" for count, label in _LABELS.items() if getattr(report, count)]
    lines += ["", f"**Source** `{report.source}`  "]
    lines += [f"**Sent** {report.bytes / 1e6:,.1f} MB in {report.seconds:,.1f} s", ""]
    lines += [f"- {remark}" for remark in report.remarks] + ([""] if report.remarks else [])
    lines += _where_section(report) + _lists_section(tables)
    lines += _refused_section(report) + _left_section(report) + _request_section(report)
    return "\n".join(lines)


_LABELS = {
    "found": "found",
    "ready": "ready",
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


def _where_section(report: IngestReport) -> list[str]:
    """What went where: a line for each destination, in the order of the counts above."""
    fates = [fate for fate in _LABELS if any(fate in each.counts for each in report.by_destination)]
    if not fates:
        return []
    rows = [
        f"| {each.name} | {' | '.join(f'{each.counts.get(fate, 0):,}' for fate in fates)} |"
        for each in report.by_destination
    ]
    told = [f"The manifest's metadata was written to {report.fields_written:,} assets.", ""]
    return [
        "## Where", "", f"| into | {' | '.join(_LABELS[fate] for fate in fates)} |", f"|---|{'---:|' * len(fates)}",
        *rows, "", *(told if report.fields_written else []),
    ]  # fmt: skip


def _lists_section(tables: Mapping[str, UUID | None]) -> list[str]:
    """Links to what is listed one by one, where this run knows the address of the UI."""
    base = PREFECT_UI_URL.value()
    links = [
        f"[{_LISTS[key]}]({base}/artifacts/artifact/{artifact_id})"
        for key, artifact_id in tables.items()
        if artifact_id
    ]
    return [f"One by one: {', '.join(links)}.", ""] if base and links else []


_LISTS = {
    "ingest-refused": "what was refused and why",
    "ingest-left": "what is left over and why",
    "ingest-assets": "the assets in Dash",
}


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


def _assets_listed(report: IngestReport) -> str:
    made = sum(each.counts.get("ready", 0) for each in report.by_destination if is_dam(each.destination))
    more = f"; the first {LISTED_MAX}" if len(report.assets) == LISTED_MAX else ""
    return f"New assets in Dash: {made:,}{more}. Look for an id, or in the folder by date."


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
