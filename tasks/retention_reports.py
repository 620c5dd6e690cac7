"""What a clearing leaves for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from tasks import links
from tasks.retention_options import RetentionOptions  # noqa: TC001 - pydantic reads it at run time

if TYPE_CHECKING:
    from tasks.retention import Clearing

#: What people fear first when something is deleted.
UNTOUCHED = (
    "Files, partitions, the library, the DAM and the ledger are not touched: `promote_lifecycle` takes a promotion back by "
    "its run's id also when the run is gone from here."
)


class ClearingReport(BaseModel):
    """The end of one `clear_old_runs` run.

    Attributes:
        runs_gone: runs deleted (in a dry run: that would be), by flow.
        kept: old runs that stay, by reason.
        artifacts_gone: artifacts of runs that are gone.
        dry_run: nothing was deleted.
    """

    model_config = ConfigDict(frozen=True)
    options: RetentionOptions
    runs_gone: dict[str, int]
    kept: dict[str, int]
    artifacts_gone: int = Field(ge=0)
    dry_run: bool

    @property
    def sentence(self) -> str:
        """What went and what stayed, in one line."""
        verb = "would go" if self.dry_run else "are gone"
        runs, kept = sum(self.runs_gone.values()), sum(self.kept.values())
        return f"{runs:,} old flow runs and {self.artifacts_gone:,} artifacts {verb}; {kept:,} old runs stay."


def conclude_clearing(clearing: Clearing) -> ClearingReport:
    """The report of a finished clearing, published."""
    report = ClearingReport(
        options=clearing.options,
        runs_gone=dict(clearing.gone.most_common()),
        kept=dict(clearing.kept.most_common()),
        artifacts_gone=clearing.artifacts_gone,
        dry_run=clearing.options.dry_run,
    )
    publish_clearing(report)
    return report


@task(task_run_name="publish report", cache_policy=NO_CACHE)
def publish_clearing(report: ClearingReport) -> None:
    """Leave the summary."""
    create_markdown_artifact(key="clearing-summary", markdown=clearing_summary(report), description=report.sentence)


def clearing_summary(report: ClearingReport) -> str:
    """The clearing in words, as Markdown."""
    headline = "Dry run: nothing was deleted" if report.dry_run else "Old runs were cleared"
    went = "would go" if report.dry_run else "gone"
    lines = [f"# {headline}", "", report.sentence, "", "**What to do next**", "", f"- {_next_step(report)}", ""]
    lines += _counts("flow", f"runs {went}", report.runs_gone)
    lines += _counts("stays because", "old runs", report.kept)
    return "\n".join([*lines, _rules(report.options), "", UNTOUCHED])


def _rules(options: RetentionOptions) -> str:
    return (
        f"Old is a run that ended more than {options.keep_days:g} days ago ({options.keep_failed_days:g} days if it failed or "
        "crashed). With a run go its task runs, states, inputs and logs. Runs that have not ended are never deleted."
    )


def _next_step(report: ClearingReport) -> str:
    if report.dry_run:
        again = links.to_form("run it again", dry_run=False)
        return f"If the tables below are right, {again} with **Dry run** off; if not, raise the days or name tags or deployments to keep."
    return "Nothing. On PostgreSQL autovacuum reuses the room; an SQLite file keeps its size, and reuses it too."


def _counts(title: str, unit: str, counts: dict[str, int]) -> list[str]:
    rows = [f"| {label.replace('|', chr(92) + '|')} | {number:,} |" for label, number in counts.items()]
    return [f"| {title} | {unit} |", "|---|---:|", *rows, ""] if rows else []
