"""The criteria language as SQL, for everything that lies in tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.dam.criteria import And, Equals, HasAny, IsEmpty, MatchAll, Matches, Not, Or, Range
from sandbox.dam.moments import parse_us
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.criteria import Criterion, FieldRef
    from sandbox.dam.variant import Variant

#: SQL and what stands for its question marks.
Clause = tuple[str, list[Any]]

LUCENE_RANGE = re.compile(r"(?P<opens>[\[{])(?P<since>\S+) TO (?P<until>\S+)(?P<closes>[\]}])")


class Term(Protocol):
    """A field in SQL."""

    def test(self, *tests: Clause) -> Clause:
        """Whether one of its values passes all of these tests, each of which goes behind a value: `= ?`."""

    def is_empty(self) -> Clause:
        """Whether it has no value."""

    def order(self) -> Clause:
        """What to sort by."""

    def parse(self, text: str) -> Any:
        """A value of a criterion as it is stored."""

    def match(self, pattern: str) -> Clause:
        """Whether a value fits the pattern of a `FIELD_MATCHES`."""


@dataclass(frozen=True)
class Column:
    """A field with at most one value, in a column of its table."""

    name: str

    def test(self, *tests: Clause) -> Clause:
        """Null passes no test."""
        sql = " AND ".join(f"{self.name} {test}" for test, _ in tests)
        return f"coalesce({sql or '1'}, 0)", [value for _, values in tests for value in values]

    def is_empty(self) -> Clause:
        """Null."""
        return f"{self.name} IS NULL", []

    def order(self) -> Clause:
        """Null comes first in ascending order."""
        return self.name, []

    def parse(self, text: str) -> Any:
        """As it is."""
        return text

    def match(self, pattern: str) -> Clause:
        """With `*` and `?`, upper and lower case alike."""
        return self.test(like(pattern))


@dataclass(frozen=True)
class TimeColumn(Column):
    """A time, kept in milliseconds."""

    def parse(self, text: str) -> Any:
        """From ISO, with what is finer than a millisecond."""
        return parse_us(text) / 1000

    def match(self, pattern: str) -> Clause:
        """A range as Lucene writes it; a star is an open end."""
        found = LUCENE_RANGE.fullmatch(pattern)
        if not found:
            raise RefusedError(400, f"Failed to read request: {pattern!r} is not a range such as [2031-01-01 TO *].")
        least, most = "> ?" if found["opens"] == "{" else ">= ?", "< ?" if found["closes"] == "}" else "<= ?"
        ends = [(least, found["since"]), (most, found["until"])]
        return self.test(*((test, [self.parse(text)]) for test, text in ends if text != "*"))


def like(pattern: str) -> Clause:
    """The test for a pattern with `*` and `?`."""
    escaped = re.sub(r"([\\%_])", r"\\\1", pattern)
    return r"LIKE ? ESCAPE '\'", [escaped.replace("*", "%").replace("?", "_")]


def where(criterion: Criterion, term: Callable[[FieldRef], Term], variant: Variant) -> Clause:
    """What follows `WHERE`.

    Args:
        criterion: parsed.
        term: gives a field; refuses unknown ones.
        variant: says to which side the ends of a range belong.

    Raises:
        RefusedError: 400, a field or a value means nothing here.
    """
    match criterion:
        case MatchAll():
            return "1", []
        case And(criteria=parts) | Or(criteria=parts):
            joint, none = (" AND ", "1") if isinstance(criterion, And) else (" OR ", "0")
            clauses = [where(part, term, variant) for part in parts]
            sql = joint.join(f"({sql})" for sql, _ in clauses)
            return sql or none, [value for _, values in clauses for value in values]
        case Not(criterion=part):
            sql, values = where(part, term, variant)
            return f"NOT ({sql})", values
    return _leaf(criterion, term(criterion.field), variant)


def _leaf(criterion: Equals | HasAny | Matches | IsEmpty | Range, term: Term, variant: Variant) -> Clause:
    match criterion:
        case Equals(value=value):
            return term.test(("= ?", [term.parse(value)]))
        case HasAny(values=values):
            return term.test((f"IN ({', '.join('?' * len(values))})", [term.parse(value) for value in values]))
        case Matches(value=pattern):
            return term.match(pattern)
        case IsEmpty():
            return term.is_empty()
    least = ">= ?" if variant.range_start == "inclusive" else "> ?"
    most = "<= ?" if variant.range_end == "inclusive" else "< ?"
    ends = [(least, criterion.since), (most, criterion.until)]
    return term.test(*((test, [term.parse(text)]) for test, text in ends if text is not None))
