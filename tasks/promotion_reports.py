"""What a person reads in the UI about a promotion: the plan before anything moves, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_UI_URL

from dashmedia.dam.transitions import Transition
from dashmedia.errors import IncompleteRunError
from dashmedia.ledger.promotion_schema import RowState

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    address = f"{PREFECT_UI_URL.value() or ''}/artifacts/artifact/{session.plan_artifact}"
    where = (
        f"[The plan, asset by asset]({address})" if PREFECT_UI_URL.value() else "The plan: artifact `promotion-plan`"
    )
    days = f"{session.options.approval_days:g} days"
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
    """Leave the summary, and what is left with reasons."""
    create_markdown_artifact(key="promotion-summary", markdown=summary(report), description=report.sentence)
    _table("promotion-moved", report.listed(RowState.MOVED), "Moved, and seen to be there")
    left = report.listed(RowState.FAILED, RowState.SUBMITTED, RowState.VANISHED)
    _table("promotion-left", left, "Were to move and did not")


def summary(report: PromotionReport) -> str:
    """The run in the media team's words, as Markdown."""
    lines = [f"# {_headline(report)}", "", report.sentence, ""]
    moved = report.planned_by_transition if report.dry_run else report.moved_by_transition
    lines += _counts("transition", {arrow(step): number for step, number in moved.items()})
    lines += _counts("held back because", report.held_by_reason)
    lines += _counts("not moved because", report.failed_by_reason)
    lines += [f"- {remark}" for remark in _remarks(report)] + [""]
    if report.moved and not report.undo_of:
        lines += [f"To take it back: run `promote_lifecycle` with `undo_of` set to `{report.run_id}`.", ""]
    return "\n".join(lines + _counts("requests", report.requests))


def _headline(report: PromotionReport) -> str:
    if report.dry_run:
        return f"Dry run: {report.planned:,} assets would move"
    if not report.is_complete:
        return f"{report.failed + report.under_way:,} assets did not move"
    return f"{report.moved:,} {'asset' if report.moved == 1 else 'assets'} moved"


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


def _table(key: str, assets: Iterable[AssetOutcome], words: str) -> None:
    rows = _table_rows(assets)
    if rows:
        create_table_artifact(key=key, table=rows, description=words)
