"""How a job looks on the wire, section 5 of the contract, in every variant of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam.demo import ACCOUNT_ID
from sandbox.dam.moments import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.dam.jobs.tables import JobRow
    from sandbox.dam.variant import Variant

    Answer = dict[str, Any]
    Told = tuple[str, Answer | None, str | None]

#: The one step that our jobs have.
STEP = "PROCESS_ITEMS"


def job(row: JobRow, user_id: str, outcomes: Iterable[Told], variant: Variant) -> Answer:
    """A job is not enveloped: it is the body itself.

    Args:
        row: the job.
        user_id: who made it.
        outcomes: key, result and failure of its items; read only once it has ended.
        variant: the reading that holds now.
    """
    body = {"id": row.id, "accountId": ACCOUNT_ID, "creatorId": user_id} | _progress(row, variant)
    if row.ended_ms is None:
        return body | {"type": variant.job_running_word, "status": "RUNNING" if row.polls else "PENDING"}
    if row.end == "failed":
        told = _result(outcomes, variant) if variant.job_failed_tells else {}
        return body | {"type": variant.job_failed_word} | told
    word = {} if variant.job_word is None else {"type": variant.job_word}
    dated = {"dateCompleted": iso(row.ended_ms)} if variant.job_dated else {}
    return body | word | dated | _result(outcomes, variant)


def _progress(row: JobRow, variant: Variant) -> Answer:
    match variant.job_steps:
        case "missing":
            return {}
        case "empty":
            return {"progress": {"steps": []}}
        case "other":
            return {"progress": {"steps": [{"label": STEP, "outOf": row.total, "itemsDone": row.done}]}}
        case "text":
            return {"progress": {"steps": [f"{row.done} of {row.total}"]}}
    return {"progress": {"steps": [{"name": STEP, "total": row.total, "completed": row.done}]}}


def _result(outcomes: Iterable[Told], variant: Variant) -> Answer:
    successes, failures = {}, {}
    for key, result, failure in outcomes:
        if failure is None:
            successes[key] = _success(result, variant)
        else:
            failures[key] = _failure(failure, variant)
    told: Answer = {"successes": successes, "failures": failures}
    if variant.job_entries == "list":
        told = {name: _as_list(entries) for name, entries in told.items()}
    return told if variant.job_result == "top_level" else {"result": told}


def _success(result: Answer | None, variant: Variant) -> Any:
    return result if variant.job_entries == "bare" else {"result": result, "permittedActions": []}


def _failure(message: str, variant: Variant) -> Any:
    match variant.job_failures:
        case "string":
            return message
        case "error":
            return {"error": message}
        case "code":
            return {"code": "ITEM_REFUSED", "message": message}
    return {"message": message}


def _as_list(entries: dict[str, Any]) -> list[Answer]:
    return [
        {"batchItemId": key, **(entry if isinstance(entry, dict) else {"message": entry})}
        for key, entry in entries.items()
    ]
