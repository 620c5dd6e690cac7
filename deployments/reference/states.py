"""State diagrams. Their steps are those of the code; where the code keeps them in SQL, this page must name every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam.job_models import JobState
from dashmedia.dam.transitions import Transition
from dashmedia.exports.review import DayState
from dashmedia.ledger import states as ledger
from dashmedia.ledger.jobs import JobStage
from dashmedia.ledger.promotion_schema import RowState, Stage
from deployments.reference.markdown import member_comments, page, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

INTRODUCTION = """What may follow what. The ledger writes a state *before* an effect that could be repeated, and *after* an effect that is known."""

#: Where a diagram begins, or ends.
EDGE = "[*]"

Step = tuple[str, str] | tuple[str, str, str]

#: `dashmedia/ledger/jobs.py` takes these steps in its statements.
JOB_STEPS: tuple[Step, ...] = (
    (EDGE, JobStage.SUBMITTING, "before the request is sent"),
    (JobStage.SUBMITTING, JobStage.SUBMITTED, "answered with an id"),
    (JobStage.SUBMITTING, EDGE, "refused, so the key is free again"),
    (JobStage.SUBMITTING, JobStage.LOST, "no answer, or its run is gone"),
    (JobStage.LOST, JobStage.SUBMITTED, "the answer came late"),
    (JobStage.SUBMITTED, JobStage.DONE),
    (JobStage.SUBMITTED, JobStage.FAILED),
    (JobStage.SUBMITTED, JobStage.LOST, "the service does not know it any more"),
    *((stage, EDGE, "let go, so that its request may be sent anew") for stage in JobStage if stage.is_settled),
)

#: How the service's own words are read (`dashmedia/dam/job_reading.py`).
REMOTE_JOB_STEPS: tuple[Step, ...] = (
    (EDGE, JobState.RUNNING),
    (JobState.RUNNING, JobState.UNKNOWN, "a word that nobody told us of"),
    (JobState.UNKNOWN, JobState.RUNNING),
    (JobState.RUNNING, JobState.COMPLETE),
    (JobState.UNKNOWN, JobState.COMPLETE),
    (JobState.RUNNING, JobState.FAILED),
    (JobState.UNKNOWN, JobState.FAILED),
)

#: `dashmedia/ledger/promotion_plans.py` and `promotion_rows.py`.
PLAN_STEPS: tuple[Step, ...] = (
    (EDGE, Stage.PLANNING),
    (Stage.PLANNING, Stage.PLANNED, "every asset is read"),
    (Stage.PLANNED, Stage.APPROVED, "within the limits, and approved if asked"),
    (Stage.APPROVED, Stage.ENDED, "every asset was looked for"),
    (Stage.PLANNING, Stage.ENDED, "given up"),
    (Stage.PLANNED, Stage.ENDED, "exceeds a limit, or nobody approved"),
)

ROW_STEPS: tuple[Step, ...] = (
    (EDGE, RowState.HELD, "a requirement is missed"),
    (EDGE, RowState.PLANNED),
    (RowState.PLANNED, RowState.HELD, "a person excluded it, or it changed"),
    (RowState.PLANNED, RowState.SUBMITTED, "before its job is sent"),
    (RowState.PLANNED, RowState.FAILED, "an earlier job was refused"),
    (RowState.FAILED, RowState.PLANNED, "its job was never sent"),
    (RowState.SUBMITTED, RowState.MOVED, "seen in the target state"),
    (RowState.SUBMITTED, RowState.FAILED, "seen in the source state"),
    (RowState.SUBMITTED, RowState.VANISHED, "seen in neither"),
)

#: `dashmedia/exports/partitions.py` and `review.py`.
DAY_STEPS: tuple[Step, ...] = (
    (EDGE, DayState.MISSING),
    (DayState.MISSING, DayState.SHORT, "data is written"),
    (DayState.SHORT, DayState.COMPLETE, "the certificate is written, last"),
    (DayState.COMPLETE, DayState.SHORT, "a file was changed, or is being exchanged"),
    (DayState.COMPLETE, DayState.CHANGED, "the service counts other events by now"),
    (DayState.CHANGED, DayState.SHORT, "exported anew"),
    (DayState.COMPLETE, DayState.MISSING, "removed, or another format is asked for"),
)


def states_page() -> str:
    """The page."""
    return page(
        "States",
        INTRODUCTION,
        "## A delivery to a brand of Dash Social",
        _delivery(ledger.STEPS),
        table(("state", "means"), member_comments(ledger.State).items()),
        f"A record that is found on the other side is adopted: then {_words(ledger.ADOPTABLE)} may follow any earlier state.\n"
        f"A delivery that stops is shown as `{ledger.FAILED}` with its reason. It keeps the state that it had reached, and the next run\n"
        "goes on from there.",
        "## A delivery to a folder of the DAM",
        _delivery(ledger.DAM_STEPS),
        "## What a claim comes to",
        table(("verdict", "means"), member_comments(ledger.Verdict).items()),
        "## The lifecycle of an asset",
        "The transitions that the API has. Only two are each other's reverse.",
        _diagram((each.source, each.target) for each in Transition),
        "## A batch job, as the ledger knows it",
        _drawn(JobStage, JOB_STEPS),
        "## A batch job, as the service tells",
        _drawn(JobState, REMOTE_JOB_STEPS),
        "## A promotion",
        _drawn(Stage, PLAN_STEPS),
        table(("stage", "means"), member_comments(Stage).items()),
        "## An asset in a promotion's plan",
        _drawn(RowState, ROW_STEPS),
        table(("state", "means"), member_comments(RowState).items()),
        "## A day of an export",
        _drawn(DayState, DAY_STEPS),
        table(("state", "means"), member_comments(DayState).items()),
    )


def _delivery(steps: Mapping[ledger.State, Iterable[ledger.State]]) -> str:
    """From `planned` on, each state in the order in which it is first reached."""
    order, reached = list(ledger.State), [ledger.State.PLANNED]
    for state in reached:
        reached += [to for to in sorted(steps[state], key=order.index) if to not in reached]
    taken = [(state, to) for state in reached for to in sorted(steps[state], key=reached.index)]
    return _diagram([(EDGE, reached[0]), *taken, *((state, EDGE) for state in reached if state.is_final)])


def _drawn(enum: type[StrEnum], steps: tuple[Step, ...]) -> str:
    """A diagram of steps that are written here.

    Raises:
        ValueError: it leaves a state out, or has one that there is not.
    """
    named = {end for step in steps for end in step[:2]} - {EDGE}
    if apart := named ^ {each.value for each in enum}:
        raise ValueError(f"The diagram of {enum.__name__} and the enum disagree about {_words(apart)}; mend states.py.")
    return _diagram(steps)


def _diagram(steps: Iterable[Step]) -> str:
    lines = [
        f"    {_id(start)} --> {_id(end)}{''.join(f' : {each}' for each in words)}" for start, end, *words in steps
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def _id(state: str) -> str:
    """Mermaid takes no blanks in the name of a state."""
    return str(state).replace(" ", "_")


def _words(states: Iterable[str]) -> str:
    return " and ".join(f"`{state}`" for state in sorted(states))
