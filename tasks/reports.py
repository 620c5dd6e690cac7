"""What a person reads in the UI after a run, and the events that automations react to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from dashmedia.errors import IncompleteRunError
from dashmedia.ingest.report import LISTED_MAX
from dashmedia.ledger.destinations import is_dam
from tasks import links
from tasks.shard_reports import leave_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from dashmedia.ingest import IngestReport, IngestSession
    from dashmedia.ingest.report import Failed, MadeAsset, Refused


def conclude_ingest(session: IngestSession) -> IngestReport:
    """The report of a finished session, published; see `conclude`."""
    return conclude(session.report())


def conclude(report: IngestReport) -> IngestReport:
    """The same report, published.

    Raises:
        IncompleteRunError: something is left over; the sentence counts it.
    """
    publish_ingest_report(report)
    if not report.is_complete:
        raise IncompleteRunError(_what_is_left(report))
    return report


def _what_is_left(report: IngestReport) -> str:
    if report.unaccounted:
        return f"{report.unaccounted} originals are in no count; this is a defect, please report it. {report.sentence}"
    if report.lost_shards:
        lost = f"Shards that left no report: {', '.join(report.lost_shards)}; run again to do what they left over."
        return " ".join((lost, report.sentence, *report.remarks))
    left = f"{report.failed} of {report.found} originals are left over; run again to do only those. {report.sentence}"
    return " ".join((left, *report.remarks))


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_ingest_report(report: IngestReport) -> None:
    """Leave the refused, the failed, the new assets and the summary as artifacts, and emit `dash.ugc.ready`."""
    tables = {
        "ingest-refused": _table(
            "ingest-refused", [refused_row(each) for each in report.refusals], _refused_listed(report)
        ),
        "ingest-left": _table("ingest-left", [left_row(each) for each in report.failures], _left_listed(report)),
        "ingest-assets": _table("ingest-assets", [asset_row(each) for each in report.assets], _assets_listed(report)),
    }
    create_markdown_artifact(key="ingest-summary", markdown=summary(report, tables), description=report.sentence)
    if report.is_part:
        leave_report(report)  # and the run that shared the work out emits
    elif not report.dry_run:
        _emit(report)


def _table(key: str, rows: list[dict[str, Any]], words: str) -> UUID | None:
    """The artifact's id; None when there is nothing to list."""
    return cast("UUID", create_table_artifact(key=key, table=rows, description=words)) if rows else None


def refused_row(refused: Refused) -> dict[str, Any]:
    """One original that a rule kept out, as people look for it."""
    return {
        "file": refused.uri, "row": refused.row or "", "rule": _words(refused.rule), "why, and what to do": refused.reason,
    }  # fmt: skip


def left_row(left: Failed) -> dict[str, Any]:
    """One delivery that is left over."""
    again = "run again" if left.retryable else "mend it first, then run again"
    return {"file": left.filename, "into": left.destination, "why": left.reason, "what to do": again}


def asset_row(made: MadeAsset) -> dict[str, Any]:
    """One asset in Dash."""
    return {
        "file": made.filename, "folder": made.folder, "metadata": made.metadata,
        "new": "yes" if made.is_new else "was there already", "id": made.asset_id,
    }  # fmt: skip


def _words(rule: str) -> str:
    return rule.replace("_", " ")


def summary(report: IngestReport, tables: Mapping[str, UUID | None] = MappingProxyType({})) -> str:
    """The run in the media team's words, as Markdown.

    Args:
        report: the run.
        tables: ids of the artifacts that list one by one, for links.
    """
    lines = [f"# {_headline(report)}", "", *_next_section(report, tables), "| what | originals |", "|---|---:|"]
    lines += [f"| {label} | {getattr(report, count):,} |" for count, label in _LABELS.items() if getattr(report, count)]
    lines += ["", f"**Source** `{report.source}`  "]
    lines += [
        f"**Sent** {report.bytes / 1e6:,.1f} MB in {report.seconds:,.1f} s  ",
        f"**Run** {links.to_run(report.run_id)}",
        "",
    ]
    lines += [f"- {remark}" for remark in report.remarks] + ([""] if report.remarks else [])
    lines += _where_section(report) + _refused_section(report) + _left_section(report) + _request_section(report)
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
        return f"Dry run: nothing was sent; {report.planned:,} of {report.found:,} originals would be delivered"
    if not report.is_complete:
        return f"{report.failed:,} of {report.found:,} originals are left over"
    if kept_out := report.rejected + report.duplicate:
        return f"Everything is delivered but for {kept_out:,} of {report.found:,} originals that were refused"
    return "Everything is delivered" if report.found else "Nothing was found in the source"


def _next_section(report: IngestReport, tables: Mapping[str, UUID | None]) -> list[str]:
    """What to do now, first of all: most readers want nothing else."""
    steps = [*_left_steps(report, tables), *_refused_steps(report, tables)]
    if report.held:
        steps += [f"Another run is delivering {report.held:,} of them; look at its report."]
    if report.dry_run and report.planned:
        steps += [f"If that is right, {links.to_form('run it again', dry_run=False)} with **Dry run** off."]
    if asset_list := tables.get("ingest-assets"):
        steps += [f"{links.to_artifact('The assets in Dash', asset_list, 'ingest-assets')}, by file and id."]
    return ["**What to do next**", "", *[f"- {step}" for step in steps or ["Nothing."]], ""]


def _left_steps(report: IngestReport, tables: Mapping[str, UUID | None]) -> list[str]:
    if not report.failed:
        return []
    listed = links.to_artifact("what is left over and why", tables.get("ingest-left"), "ingest-left")
    return [f"See {listed}, then {links.to_form('run it again')}: only what is left over is done."]


def _refused_steps(report: IngestReport, tables: Mapping[str, UUID | None]) -> list[str]:
    if not report.rejected:
        return []
    listed = links.to_artifact("what was refused and why", tables.get("ingest-refused"), "ingest-refused")
    return [f"See {listed}; once a file or its row is mended, {links.to_form('run it again')}: nothing is sent twice."]


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


def _refused_section(report: IngestReport) -> list[str]:
    if not report.rejected_by_rule:
        return []
    rows = [f"| {_words(rule)} | {number:,} |" for rule, number in sorted(report.rejected_by_rule.items())]
    return ["## Refused", "", "| by the rule | originals |", "|---|---:|", *rows, ""]


def _left_section(report: IngestReport) -> list[str]:
    if not report.failures:
        return []
    return [
        "## Left over", "",
        *[f"- **{each.filename}** → {each.destination}: {each.reason}" for each in report.failures[:20]], "",
    ]  # fmt: skip


def _request_section(report: IngestReport) -> list[str]:
    rows = [f"| `{endpoint}` | {number:,} |" for endpoint, number in sorted(report.requests.items())]
    return ["## Requests", "", "| endpoint | requests |", "|---|---:|", *rows]


def _assets_listed(report: IngestReport) -> str:
    made = sum(each.counts.get("ready", 0) for each in report.by_destination if is_dam(each.destination))
    more = f"; here are the first {LISTED_MAX}" if len(report.assets) == LISTED_MAX else ""
    return f"New assets in Dash: {made:,}{more}. To open one, search Dash for its id, or look into the folder, newest first."


def _refused_listed(report: IngestReport) -> str:
    number = report.rejected + report.duplicate
    what = f"{number:,} of {report.found:,} originals were refused by a rule; the others were not held up by them."
    return f"{what} Mend the file or its row of the manifest, and run again.{_all_of(number, 'refused')}"


def _left_listed(report: IngestReport) -> str:
    what = f"{report.failed:,} of {report.found:,} originals are left over. Running again does only these."
    return f"{what}{_all_of(report.failed, 'left')}"


def _all_of(number: int, command: str) -> str:
    return f" The first {LISTED_MAX}; all with `python -m dashmedia.ledger {command}`." if number > LISTED_MAX else ""


def _emit(report: IngestReport) -> None:
    """One event for each destination, with counts. `dash.new` is for automations, which see labels and no counts."""
    counts = {each.destination: each.counts for each in report.by_destination}
    for destination in report.destinations:
        own = counts.get(destination, {})
        is_new = bool(own.get("ready"))
        emit_event(
            "dash.ugc.ready",
            resource={
                "prefect.resource.id": f"dash.{destination}",
                "prefect.resource.name": destination,
                "dash.new": "yes" if is_new else "no",
            },
            payload={
                "run_id": report.run_id, "source": report.source, "ready": report.ready, "failed": report.failed,
                "here": own,
            },
        )  # fmt: skip
