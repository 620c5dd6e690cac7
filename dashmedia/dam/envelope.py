"""What all answers of Dash share: a resource alone or in its envelope, rows of a search, members that must be there."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dashmedia.dam import wire
from dashmedia.errors import ContractError
from dashmedia.members import as_count, as_object, as_text, describe

M = TypeVar("M", bound=BaseModel)


def resource(endpoint: str, answer: Any, at: str = "") -> tuple[dict[str, Any], str]:
    """The members of a resource that is enveloped or bare, and where they stand.

    Raises:
        ContractError: it is no object.
    """
    inner = answer.get(wire.RESULT) if isinstance(answer, dict) else None
    if isinstance(inner, dict):
        return inner, f"{at}{wire.RESULT}."
    if isinstance(answer, dict):
        return answer, at
    raise ContractError(endpoint, f"{at}{wire.RESULT}", describe(answer), "an object")


def required_text(endpoint: str, record: dict[str, Any], member: str, where: str = "") -> str:
    """A member that must be there.

    Raises:
        ContractError: it is not, or is no text.
    """
    found = as_text(record.get(member))
    if found is None:
        seen = describe(record[member]) if member in record else describe(record)
        raise ContractError(endpoint, f"{where}{member}", seen, "text")
    return found


def rows_of(endpoint: str, answer: Any) -> tuple[list[Any], int]:
    """Rows of a search and the total.

    Raises:
        ContractError: one of them is not there.
    """
    rows = as_object(answer).get(wire.RESULTS)
    if not isinstance(rows, list):
        raise ContractError(endpoint, wire.RESULTS, describe(answer), "an object with a list of results")
    total = as_count(answer.get(wire.TOTAL))
    if total is None:
        raise ContractError(endpoint, wire.TOTAL, describe(answer.get(wire.TOTAL)), "a whole number")
    return rows, total


def reference(value: Any) -> str | None:
    """An id that stands alone, or as the `id` of an object."""
    return as_text(as_object(value).get("id") if isinstance(value, dict) else value)


def checked(model: type[M], facts: dict[str, Any], endpoint: str, where: str) -> M:
    """The model of these facts.

    Raises:
        ContractError: one of them makes no sense.
    """
    try:
        return model(**facts)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        member = str(first["loc"][0])
        raise ContractError(endpoint, f"{where}{member}", describe(facts[member]), first["msg"]) from error
