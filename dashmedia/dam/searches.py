"""What a search asks for beside its criterion: order and aggregations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.criteria_json import criterion_to_json, field_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.field_refs import FieldRef
    from dashmedia.exports.search import Interval


@dataclass(frozen=True, slots=True)
class Sort:
    """One level of an order, the lowest first unless `descending`."""

    field: FieldRef
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Count by value; what has no value is in no bucket."""

    field: FieldRef


@dataclass(frozen=True, slots=True)
class DateHistogram:
    """Count by stretch of time in UTC."""

    field: FieldRef
    interval: Interval


Aggregation = Terms | DateHistogram


def search_body(
    criterion: Criterion,
    start: int,
    size: int,
    sorts: Iterable[Sort] = (),
    aggregations: Mapping[str, Aggregation] | None = None,
) -> dict[str, Any]:
    """The body of a search for rows `start` to `start + size`."""
    return wire.search_body(
        criterion_to_json(criterion),
        start,
        size,
        [sort_to_json(sort) for sort in sorts],
        {name: _aggregation_to_json(one) for name, one in (aggregations or {}).items()},
    )


def sort_to_json(sort: Sort) -> dict[str, Any]:
    """One level of an order as the API writes it."""
    return {"field": field_to_json(sort.field), "order": wire.DESCENDING if sort.descending else wire.ASCENDING}


def _aggregation_to_json(aggregation: Aggregation) -> dict[str, Any]:
    field = field_to_json(aggregation.field)
    if isinstance(aggregation, Terms):
        return {"type": wire.TERMS, "field": field}
    return {"type": wire.DATE_HISTOGRAM, "field": field, "interval": aggregation.interval.value}
