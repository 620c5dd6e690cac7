"""Clear the Prefect server of old flow runs.

Called by the deployment `clear-old-runs` (weekly, UI), and by hand: `python -m flows.clear_old_runs --dry-run`.
"""

import os

from prefect import flow

from dashmedia.forms import DryRun
from tasks.command_line import run_from_command_line
from tasks.endings import ends_plainly
from tasks.retention import open_clearing, remove_artifacts, remove_flow_runs
from tasks.retention_options import (
    MOST_AT_ONCE,
    BatchSize,
    KeepDays,
    KeepDeployments,
    KeepFailedDays,
    KeepPromotionsDays,
    KeepTags,
    RetentionOptions,
)
from tasks.retention_reports import ClearingReport, conclude_clearing


@flow(flow_run_name="clear runs older than {keep_days} days")
@ends_plainly
def clear_old_runs(
    keep_days: KeepDays = 60,
    keep_failed_days: KeepFailedDays = 180,
    keep_promotions_days: KeepPromotionsDays = 365,
    keep_tags: KeepTags = (),
    keep_deployments: KeepDeployments = (),
    batch_size: BatchSize = MOST_AT_ONCE,
    dry_run: DryRun = False,
) -> ClearingReport:
    """Flow runs and artifacts that nobody needs any more are gone from the Prefect server.

    With a run go its task runs, logs and artifacts. Runs that have not ended are never deleted, and nothing outside the
    Prefect server is touched. It may be stopped anywhere and run again.

    Args:
        keep_days: Runs that ended less than so many days ago stay.
        keep_failed_days: The same for runs that failed or crashed.
        keep_promotions_days: The same for promotions: a person finds here what to take back.
        keep_tags: Runs with one of these tags stay, however old.
        keep_deployments: Runs of these deployments stay, however old; by name, such as `promote-lifecycle`.
        batch_size: Runs deleted by one request. After each the server rests as long as it took.
        dry_run: Count what would go and what would stay, but delete nothing.
    """
    options = RetentionOptions(
        keep_days=keep_days, keep_failed_days=keep_failed_days, keep_promotions_days=keep_promotions_days,
        keep_tags=keep_tags, keep_deployments=keep_deployments, batch_size=batch_size, dry_run=dry_run,
    )  # fmt: skip
    with open_clearing(options, os.environ.get("DASH_LEDGER_URL")) as clearing:
        remove_flow_runs(clearing)
        remove_artifacts(clearing)
        return conclude_clearing(clearing)


if __name__ == "__main__":
    run_from_command_line(clear_old_runs)
