"""What a person reads in the UI about a promotion: the plan before anything moves, and what became of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from dashmedia.dam.transitions import Transition
from dashmedia.errors import IncompleteRunError
from dashmedia.ledger.promotion_schema import RowState
from tasks import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from dashmedia.promotion.report import AssetOutcome, PromotionReport
    from dashmedia.promotion.session import PromotionSession

#: What the columns and counts are called for people.
DECISIONS = {
    RowState.PLANNED: "would move",
    RowState.HELD: "held back",
    RowState.SUBMITTED: "under way",
    RowState.MOVED: "moved",
    RowState.FAILED: "failed",
    RowState.VANISHED: "gone meanwhile",
}


@task(task_run_name="publish plan", cache_policy=NO_CACHE)
def publish_plan(session: PromotionSession) -> None:
    """Leave the plan as a table: who moves, who is held back and why, with the counts by reason above it."""
    report = session.report()
    session.plan_artifact = cast(
        "UUID",
        create_table_artifact(
            key="promotion-plan",
            table=_table_rows(report.listed(RowState.PLANNED, RowState.HELD)),
            description=plan_counts(report),
        ),
    )


def plan_row(asset: AssetOutcome) -> dict[str, Any]:
    """One line of the plan, or of what is left."""
    return {
        "asset": asset.name or "(no title, no file)",
        "decision": DECISIONS[asset.state],
        "why": asset.reason or f"satisfies “{asset.rule}”",
        "step": arrow(asset.transition),
        "rule": asset.rule,
        "id": asset.asset_id,
    }


def plan_counts(report: PromotionReport) -> str:
    """The plan in numbers, as Markdown."""
    lines = [f"**{report.planned:,} of {report.looked_at:,} assets would move**, {report.held:,} are held back.", ""]
    lines += _counts("transition", {arrow(step): number for step, number in report.planned_by_transition.items()})
    lines += _counts("held back because", report.held_by_reason)
    shown = len(report.assets)
    if shown < report.looked_at:
        lines += [
            f"The table lists {shown:,}; all of them: `python -m dashmedia.ledger promotion {report.run_id}`.",
            "",
        ]
    return "\n".join(lines)


def plan_in_words(session: PromotionSession) -> str:
    """What stands above the form of an approval: the counts, and where the plan is."""
    where = links.to_artifact("The plan, asset by asset", session.plan_artifact, "promotion-plan")
    days = f"{session.options.approval_days:g} {'day' if session.options.approval_days == 1 else 'days'}"
    return f"{plan_counts(session.report())}\n{where}. Without an answer within {days} nothing is moved."


def arrow(transition: str) -> str:
    """`STAGED → LIVE`."""
    step = Transition(transition)
    return f"{step.source} → {step.target}"


def conclude_promotion(session: PromotionSession) -> PromotionReport:
    """The report of a finished session, published.

    Raises:
        IncompleteRunError: something that was to move did not; the sentence counts it.
    """
    session.close()
    report = session.report()
    publish_promotion_report(report)
    if not report.is_complete:
        raise IncompleteRunError(_what_is_left(report))
    return report


def _what_is_left(report: PromotionReport) -> str:
    left = report.listed(RowState.FAILED, RowState.SUBMITTED)
    count = report.failed + report.under_way
    first = f" {left[0].name or left[0].asset_id}: {left[0].reason or 'its job has not ended'}" if left else ""
    which = "1 asset that was to move did not; run again to do only that"
    many = f"{count:,} assets that were to move did not; run again to do only those"
    return f"{which if count == 1 else many}. {report.sentence}{first}"


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_promotion_report(report: PromotionReport) -> None:
    """Leave what moved, what was to move and is left with reasons, and the summary that links to both."""
    moved = _table("promotion-moved", report.listed(RowState.MOVED), "Moved, and seen by a search to be there.")
    left = report.listed(RowState.FAILED, RowState.SUBMITTED, RowState.VANISHED)
    tables = {"promotion-moved": moved, "promotion-left": _table("promotion-left", left, LEFT)}
    create_markdown_artifact(key="promotion-summary", markdown=summary(report, tables), description=report.sentence)


LEFT = "Were to move and did not, each with its reason. Running again does only these; what vanished is not looked for."


def summary(report: PromotionReport, tables: Mapping[str, UUID | None] = MappingProxyType({})) -> str:
    """The run in the media team's words, as Markdown.

    Args:
        report: the run.
        tables: ids of the artifacts that list asset by asset, for links.
    """
    lines = [f"# {_headline(report)}", "", *([report.decision, ""] if report.decision else [])]
    lines += ["**What to do next**", "", *[f"- {step}" for step in _next_steps(report, tables)], ""]
    moved = report.planned_by_transition if report.dry_run else report.moved_by_transition
    lines += _counts("transition", {arrow(step): number for step, number in moved.items()})
    lines += _counts("held back because", report.held_by_reason)
    lines += _counts("not moved because", report.failed_by_reason)
    lines += [f"- {remark}" for remark in _remarks(report)] + [""]
    return "\n".join(lines + _counts("requests", report.requests))


def _headline(report: PromotionReport) -> str:
    held = f", {report.held:,} held back" if report.held else ""
    if report.dry_run:
        return f"Dry run: {_assets(report.planned)} would move{held}; nothing was moved"
    if not report.is_complete:
        return f"{_assets(report.failed + report.under_way)} did not move, {report.moved:,} did{held}"
    return f"{_assets(report.moved)} moved{held}"


def _assets(number: int) -> str:
    return f"{number:,} {'asset' if number == 1 else 'assets'}"


def _next_steps(report: PromotionReport, tables: Mapping[str, UUID | None]) -> list[str]:
    steps = []
    if not report.is_complete:
        listed = links.to_artifact("what did not move and why", tables.get("promotion-left"), "promotion-left")
        steps += [f"See {listed}, then {links.to_form('run it again')}: only that is done."]
    if report.held:
        steps += ["Give the assets that are held back what they miss (below); the next run looks at them again."]
    if report.planned and not report.undo_of:
        switch = " with **Dry run** off" if report.dry_run else ""
        steps += [f"To move what would move, {links.to_form('run it again', dry_run=False)}{switch}."]
    if moved := tables.get("promotion-moved"):
        steps += [f"{links.to_artifact('The assets that moved', moved, 'promotion-moved')}, by name and id."]
    if report.moved and not report.undo_of:
        steps += [
            f"To take it back, {links.to_form('run it', undo_of=report.run_id)} with **Undo of a run** set to `{report.run_id}`."
        ]
    return steps or ["Nothing."]


def _remarks(report: PromotionReport) -> list[str]:
    told = [f"An earlier run was killed after {report.settled:,} assets had moved."] if report.settled else []
    return [*told, *report.remarks]


def _counts(title: str, counts: dict[str, int]) -> list[str]:
    rows = [f"| {_cell(label)} | {number:,} |" for label, number in counts.items()]
    return (
        [f"| {title} | assets |" if title != "requests" else "| endpoint | requests |", "|---|---:|", *rows, ""]
        if rows
        else []
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table_rows(assets: Iterable[AssetOutcome]) -> list[dict[str, Any]]:
    """By name, as people look for them."""
    return [plan_row(one) for one in sorted(assets, key=lambda one: (one.name.casefold(), one.asset_id))]


def _table(key: str, assets: Iterable[AssetOutcome], words: str) -> UUID | None:
    """The artifact's id; None when there is nothing to list."""
    rows = _table_rows(assets)
    return cast("UUID", create_table_artifact(key=key, table=rows, description=words)) if rows else None
