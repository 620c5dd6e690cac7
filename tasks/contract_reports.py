"""What a person reads in the UI about a vendor's OpenAPI file: the differences, and which decisions it settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from dashmedia.contract.report import Weight
from dashmedia.errors import BrokenContractError

if TYPE_CHECKING:
    from dashmedia.contract.report import ContractReport, Difference, Settled

#: What the weights are called for people.
WEIGHTS = {Weight.BREAKS: "breaks a call", Weight.WEAKENS: "weakens us", Weight.NOTE: "a note"}

#: Rows of a table at most; the whole is in the run's result and in `--report-file`.
MOST_ROWS = 500


def conclude_check(report: ContractReport) -> ContractReport:
    """The report, published.

    Raises:
        BrokenContractError: a call of ours would not work with the API as the file has it.
    """
    publish_contract_report(report)
    if report.breaks:
        worst = report.of_weight(Weight.BREAKS)
        raise BrokenContractError(report.sentence, worst[0].sentence, len(worst))
    return report


@task(task_run_name="publish differences", cache_policy=NO_CACHE)
def publish_contract_report(report: ContractReport) -> None:
    """Leave a summary, a table of the differences, and a table of the decisions on which the file says something."""
    create_markdown_artifact(key="contract-summary", markdown=summary(report))
    create_table_artifact(
        key="contract-differences",
        table=[_row(one) for one in report.differences[:MOST_ROWS]] or [{"difference": "none"}],
        description=f"**{report.title}** compared with our client: {report.sentence}",
    )
    create_table_artifact(
        key="contract-settled",
        table=[_settled_row(one) for one in report.settled] or [{"subject": "none on which the file says something"}],
        description="Decisions of docs/contract.md on which the vendor's file has the last word.",
    )


def summary(report: ContractReport) -> str:
    """The outcome and the next steps, as Markdown."""
    lines = [
        f"# {_headline(report)}",
        "",
        "**What to do next**",
        "",
        *[f"- {step}" for step in _next_steps(report)],
        "",
    ]
    lines += ["| what | how many |", "|---|---:|", f"| calls compared | {report.calls} |"]
    lines += [f"| differences: {name} | {len(report.of_weight(weight))} |" for weight, name in WEIGHTS.items()]
    lines += [f"| decisions confirmed | {sum(one.agrees for one in report.settled)} |"]
    lines += [f"| decisions contradicted | {sum(not one.agrees for one in report.settled)} |", ""]
    return "\n".join([*lines, f"File: `{report.source}`, OpenAPI {report.openapi}."])


def _headline(report: ContractReport) -> str:
    broken = len(report.of_weight(Weight.BREAKS))
    if broken:
        return f"{broken} {'difference' if broken == 1 else 'differences'} would break our calls"
    return "Our calls agree with the file" if not report.of_weight(Weight.WEAKENS) else "Our calls work, and know less"


def _next_steps(report: ContractReport) -> list[str]:
    """Each thing to do once, worst first, with what it is about."""
    steps: dict[str, list[str]] = {}
    for one in report.differences:
        if one.todo:
            steps.setdefault(one.todo, []).append(one.places[0])
    told = [
        f"{todo} It is about {', '.join(f'`{at}`' for at in where[:5])}{_more(where)}." for todo, where in steps.items()
    ]
    contradicted = [one.subject for one in report.settled if not one.agrees]
    if contradicted:
        told.append(
            f"Change what docs/contract.md says about: {', '.join(contradicted)} (artifact `contract-settled`)."
        )
    return told or ["Nothing."]


def _more(places: list[str]) -> str:
    return f" and {len(places) - 5} more" if len(places) > 5 else ""  # noqa: PLR2004  # as many as the line above shows


def _row(one: Difference) -> dict[str, Any]:
    return {
        "weight": WEIGHTS[one.weight],
        "what": one.kind.value,
        "where": one.places[0] + (f" (and {len(one.places) - 1} more)" if len(one.places) > 1 else ""),
        "ours": one.ours,
        "theirs": one.theirs,
        "to do": one.todo,
    }


def _settled_row(one: Settled) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "decided": one.decided,
        "the vendor's file says": one.says,
        "so": "confirmed" if one.agrees else "contradicted",
    }
