"""Batch jobs, read at the edge: every known variant in, one strict `Job` out, else `ContractError`.

Messages name members and kinds, never content: a job's result may hold signed URLs.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.envelope import required_text
from dashmedia.dam.job_models import Job, JobKind, JobState, JobStep
from dashmedia.errors import ContractError, clip
from dashmedia.members import as_count, as_object, as_text, describe
from dashmedia.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

_RUNNING = next(iter(wire.JOBS_RUNNING))


def read_job(kind: JobKind, answer: Any, *, job_id: str | None = None) -> Job:
    """One job.

    Args:
        kind: which endpoint answered.
        answer: its JSON; jobs come without an envelope.
        job_id: the id it was asked for by; None when the answer must tell.

    Raises:
        ContractError: no id, no word for its state, or a result of which the items cannot be told apart.
    """
    endpoint = wire.job_call("GET", kind)
    return _job(kind, _record(endpoint, answer), endpoint, job_id)


def read_submitted_job(kind: JobKind, answer: Any) -> Job:
    """The job that was just made; all that must be there is its id, because it exists by now.

    Raises:
        ContractError: as `read_job`.
    """
    endpoint = wire.job_call("POST", kind)
    return _job(kind, {wire.JOB_TYPE: _RUNNING} | _record(endpoint, answer), endpoint, None)


def _record(endpoint: str, answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ContractError(endpoint, "job", describe(answer), "an object")
    return answer


def _job(kind: JobKind, record: dict[str, Any], endpoint: str, job_id: str | None) -> Job:
    state, word = _state(endpoint, record)
    successes, failures = _outcomes(endpoint, kind, record, state)
    return Job(
        id=job_id or required_text(endpoint, record, "id"),
        kind=kind,
        state=state,
        word=word,
        steps=tuple(_steps(record)),
        successes=successes,
        failures=failures,
        reason=_words(record) if state is JobState.FAILED else None,
    )


def _state(endpoint: str, record: dict[str, Any]) -> tuple[JobState, str | None]:
    word = as_text(record.get(wire.JOB_TYPE))
    if record.get(wire.JOB_COMPLETED_AT):
        return JobState.COMPLETE, word
    plain = required_text(endpoint, record, wire.JOB_TYPE).strip().upper()
    known = {
        wire.JOBS_RUNNING: JobState.RUNNING,
        wire.JOBS_COMPLETE: JobState.COMPLETE,
        wire.JOBS_FAILED: JobState.FAILED,
    }
    for words, state in known.items():
        if plain in words:
            return state, word
    _tell_once(endpoint, clip(plain, 40))
    return JobState.UNKNOWN, word


@cache
def _tell_once(endpoint: str, word: str) -> None:
    log.warning("%s: a job of type %s, which nobody told us of; it is taken for running", endpoint, word)


def _steps(record: dict[str, Any]) -> Iterator[JobStep]:
    steps = as_object(record.get(wire.JOB_PROGRESS)).get(wire.JOB_STEPS)
    for step in map(as_object, steps if isinstance(steps, list) else ()):
        completed, total = as_count(step.get(wire.STEP_COMPLETED)), as_count(step.get(wire.STEP_TOTAL))
        if completed is not None and total is not None:
            yield JobStep(as_text(step.get(wire.STEP_NAME)), completed, total)


def _outcomes(
    endpoint: str, kind: JobKind, record: dict[str, Any], state: JobState
) -> tuple[dict[str, Any], dict[str, str]]:
    """Successes and failures: in two maps or lists, under `result` or beside it, or in one list of entries."""
    result = record.get(wire.RESULT)
    if isinstance(result, list):
        return _from_one_list(endpoint, result)
    holder, at = (record, "") if _tells(record) and not _tells(result) else (as_object(result), f"{wire.RESULT}.")
    if state is JobState.COMPLETE and kind.gives_uploads and not _tells(holder):
        seen = describe(result) if wire.RESULT in record else describe(record)
        raise ContractError(endpoint, f"{wire.RESULT}.{wire.SUCCESSES}", seen, "the outcome of each item")
    successes = _entries(endpoint, holder, wire.SUCCESSES, at)
    failures = _entries(endpoint, holder, wire.FAILURES, at)
    return (
        {key: _inner(entry) for key, entry in successes.items()},
        {key: _words(entry) or "no words given" for key, entry in failures.items()},
    )


def _tells(value: Any) -> bool:
    return not {wire.SUCCESSES, wire.FAILURES}.isdisjoint(as_object(value))


def _from_one_list(endpoint: str, entries: list[Any]) -> tuple[dict[str, Any], dict[str, str]]:
    told = _by_key(endpoint, entries, wire.RESULT)
    failed = {key: words for key, entry in told.items() if (words := _failure_words(entry))}
    return {key: _inner(entry) for key, entry in told.items() if key not in failed}, failed


def _failure_words(entry: Any) -> str | None:
    """What an entry of a mixed list failed with; None for one that has a result, or says nothing of a failure."""
    return None if wire.RESULT in as_object(entry) or isinstance(entry, str) else _words(entry)


def _entries(endpoint: str, holder: dict[str, Any], member: str, at: str) -> dict[str, Any]:
    found = holder.get(member)
    if found is None:
        return {}
    if isinstance(found, dict):
        return found
    if isinstance(found, list):
        return _by_key(endpoint, found, f"{at}{member}")
    raise ContractError(endpoint, f"{at}{member}", describe(found), f"entries by {wire.BATCH_ITEM_ID} or asset id")


def _by_key(endpoint: str, entries: list[Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, entry in enumerate(entries):
        members = as_object(entry)
        key = as_text(entry) or next((text for name in wire.ENTRY_KEY if (text := as_text(members.get(name)))), None)
        if key is None:
            raise ContractError(endpoint, f"{where}[{at}].{wire.BATCH_ITEM_ID}", describe(entry), "text")
        found[key] = entry
    return found


def _inner(entry: Any) -> Any:
    """The `result` of a success, or the entry itself where it has none."""
    if not isinstance(entry, dict):
        return entry if isinstance(entry, list) else {}
    if wire.RESULT in entry:
        return {} if entry[wire.RESULT] is None else entry[wire.RESULT]
    return {name: value for name, value in entry.items() if name not in {wire.BATCH_ITEM_ID, wire.PERMITTED}}


def _words(value: Any) -> str | None:
    """The sentence of a failure and its code, fit to be shown; None when it has none."""
    if isinstance(value, str):
        return clip(redact(value)) or None
    if not isinstance(value, dict):
        return None
    sentence = next((words for name in wire.FAILURE_WORDS if (words := _words(value.get(name)))), None)
    code = value.get(wire.FAILURE_CODE)
    shown = clip(redact(str(code)), 60) if isinstance(code, (str, int)) and not isinstance(code, bool) else None
    return f"{sentence} ({shown})" if sentence and shown else sentence or shown
