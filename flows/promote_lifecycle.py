"""Promote assets through their lifecycle.

Called by the deployment `promote-lifecycle` (nightly, UI), and by hand: `python -m flows.promote_lifecycle --dry-run`.
"""

from prefect import flow

from dashmedia.forms import DashBlock, DryRun
from dashmedia.promotion.options import (
    DEFAULT_PACE,
    JOB_SIZE,
    Approval,
    ApprovalDays,
    JobSize,
    MaxAssets,
    MaxShare,
    Pace,
    PromotionOptions,
    Rules,
    UndoIntoBin,
    UndoOf,
)
from dashmedia.promotion.report import PromotionReport
from dashmedia.promotion.rules import DEFAULT_RULES
from tasks.approval import agree
from tasks.command_line import run_from_command_line
from tasks.credentials import DEFAULT_BLOCK
from tasks.endings import ends_plainly
from tasks.lifecycle import move_assets, named_by_rules, open_promotion_session, plan_promotion
from tasks.promotion_reports import conclude_promotion


@flow(flow_run_name=named_by_rules)
@ends_plainly
def promote_lifecycle(
    rules: Rules = DEFAULT_RULES,
    max_assets: MaxAssets = 1_000,
    max_share: MaxShare = 1.0,
    approval: Approval = "none",
    approval_days: ApprovalDays = 3,
    undo_of: UndoOf = None,
    undo_into_bin: UndoIntoBin = False,
    job_size: JobSize = JOB_SIZE,
    pace: Pace = DEFAULT_PACE,
    credentials: DashBlock = DEFAULT_BLOCK,
    dry_run: DryRun = False,
) -> PromotionReport:
    """Assets that satisfy the rules have moved to the next state of their lifecycle, and were seen to be there.

    First comes a plan, as a table: who moves, who is held back and why. If it is larger than it may be, nothing moves and the
    run fails. It may be stopped anywhere and run again: what is under way is found again, and nothing moves twice.

    Args:
        rules: Which assets move by which transition, and what they must satisfy. At the command line: JSON, or the path of a JSON file.
        max_assets: The most assets that one run may move; a plan with more moves nothing.
        max_share: The largest share of the assets in one state that may leave it in one run, 0 to 1; 1 is no limit.
        approval: `ask` shows the plan and waits for a person's answer in the UI before anything moves.
        approval_days: How many days to wait for the answer; then nothing is moved.
        undo_of: Take back what the flow run of this id moved, as far as the API has a way back; the rules are not used then.
        undo_into_bin: Where there is no way back, move the assets to the bin instead.
        job_size: Assets in one batch job.
        pace: How often a batch job is looked at, and how long it may take.
        credentials: Name of the Dash credentials block; while there is none named `default`, the environment is used.
        dry_run: Make the plan, but move nothing.
    """
    options = PromotionOptions(
        rules=rules, max_assets=max_assets, max_share=max_share, approval=approval, approval_days=approval_days,
        undo_of=undo_of, undo_into_bin=undo_into_bin, job_size=job_size, pace=pace, dry_run=dry_run,
    )  # fmt: skip
    with open_promotion_session(options, credentials) as session:
        plan_promotion(session)
        if agree(session):
            move_assets(session)
        return conclude_promotion(session)


if __name__ == "__main__":
    run_from_command_line(promote_lifecycle)
