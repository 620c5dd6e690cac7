"""Which assets a batch job is about: those of a criterion, or these very ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.criteria_json import criterion_from_json, criterion_to_json
from dashmedia.errors import CriterionError
from dashmedia.members import describe

if TYPE_CHECKING:
    from dashmedia.dam.criteria import Criterion


@dataclass(frozen=True, slots=True)
class ByCriterion:
    """Every asset that matches. Without `LIFECYCLE_STATE` in it, only LIVE ones are looked at."""

    criterion: Criterion

    def __str__(self) -> str:
        return f"assets where {self.criterion}"


@dataclass(frozen=True, slots=True)
class ById:
    """These assets.

    Raises:
        CriterionError: there are none.
    """

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.ids or not all(isinstance(one, str) and one for one in self.ids):
            raise CriterionError("A selector by id has no ids, or empty ones; name at least one asset.")

    def __str__(self) -> str:
        return f"{len(self.ids):,} assets by id"


Selector = ByCriterion | ById


def selector_to_json(selector: Selector) -> dict[str, Any]:
    """The selector as the API writes it."""
    if isinstance(selector, ById):
        return {"type": wire.BY_ID, wire.IDS: list(selector.ids)}
    return {"type": wire.BY_CRITERION, wire.CRITERION: criterion_to_json(selector.criterion)}


def selector_from_json(value: Any) -> Selector:
    """The selector that the API would write so.

    Raises:
        CriterionError: it is none.
    """
    if isinstance(value, dict):
        members = value.keys() - {"type"}
        if value.get("type") == wire.BY_CRITERION and members == {wire.CRITERION}:
            return ByCriterion(criterion_from_json(value[wire.CRITERION]))
        if value.get("type") == wire.BY_ID and members == {wire.IDS} and isinstance(value[wire.IDS], list):
            return ById(tuple(value[wire.IDS]))
    raise CriterionError(
        f"A selector is {describe(value)}; expected {wire.BY_CRITERION} with a {wire.CRITERION}, or {wire.BY_ID} with {wire.IDS}."
    )


def selector_of_body(body: dict[str, Any]) -> Selector:
    """The selector of a batch job's body.

    Raises:
        CriterionError: there is none; a `criterion` in its place is how API v1 wrote it.
    """
    if wire.SELECTOR not in body and wire.CRITERION in body:
        raise CriterionError(
            f'A batch job with a {wire.CRITERION} is of API v1; in v2 it is "{wire.SELECTOR}": '
            f'{{"type": "{wire.BY_CRITERION}", "{wire.CRITERION}": …}}.'
        )
    return selector_from_json(body.get(wire.SELECTOR))
