"""The criteria language, section 8.3 of the contract, parsed. What fields there are is each resource's own matter."""

# Pydantic reads these annotations at run time, so they are not postponed.
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Node(BaseModel):
    """A misspelt member is refused: whoever sent it would get an answer to another question."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FixedField(Node):
    """A built-in property of an asset."""

    type: Literal["FIXED"]
    name: str = Field(alias="fieldName")


class CustomField(Node):
    """A field that the account made itself."""

    type: Literal["FIELD"]
    id: str = Field(alias="fieldId")


#: Assets name fields by an object, everything else by a word.
FieldRef = str | FixedField | CustomField


class MatchAll(Node):
    """Everything."""

    type: Literal["MATCH_ALL"]


class And(Node):
    """All of them; none of them is everything."""

    type: Literal["AND"]
    criteria: list["Criterion"]


class Or(Node):
    """Any of them; none of them is nothing."""

    type: Literal["OR"]
    criteria: list["Criterion"]


class Not(Node):
    """The complement."""

    type: Literal["NOT"]
    criterion: "Criterion"


class Equals(Node):
    """One of the values is this one."""

    type: Literal["FIELD_EQUALS"]
    field: FieldRef
    value: str


class HasAny(Node):
    """One of the values is one of these."""

    type: Literal["FIELD_HAS_ANY_EQUAL"]
    field: FieldRef
    values: list[str]


class Matches(Node):
    """Text with `*` and `?`, or for times a range as Lucene writes it: `[2031-01-01 TO *}`."""

    type: Literal["FIELD_MATCHES"]
    field: FieldRef
    #: SQLite takes patterns of up to 50,000 bytes.
    value: str = Field(max_length=10_000)


class IsEmpty(Node):
    """No value."""

    type: Literal["FIELD_IS_EMPTY"]
    field: FieldRef


class Range(Node):
    """Between two values; a missing one is no limit."""

    type: Literal["FIELD_RANGE"]
    field: FieldRef
    since: str | None = Field(None, alias="from")
    until: str | None = Field(None, alias="to")


Criterion = Annotated[
    MatchAll | And | Or | Not | Equals | HasAny | Matches | IsEmpty | Range, Field(discriminator="type")
]

#: What SQLite takes of conditions beside and beneath each other, with much to spare.
MOST_CONDITIONS, DEEPEST = 500, 20


def _bounded(criterion: Criterion) -> Criterion:
    """As it is, unless it is too much for one statement."""
    level, seen = [criterion], 0
    for _ in range(DEEPEST):
        seen += len(level)
        if not level or seen > MOST_CONDITIONS:
            break
        level = [inner for one in level for inner in _inner(one)]
    if level:
        raise ValueError(f"more than {MOST_CONDITIONS} criteria, or more than {DEEPEST} of them in each other")
    return criterion


def _inner(criterion: Criterion) -> list[Criterion]:
    if isinstance(criterion, And | Or):
        return criterion.criteria
    return [criterion.criterion] if isinstance(criterion, Not) else []


#: What a search or a job is asked for.
Asked = Annotated[Criterion, AfterValidator(_bounded)]

for group in (And, Or, Not):
    group.model_rebuild()


def fields_in(criterion: Criterion) -> Iterator[FieldRef]:
    """Every field it speaks of."""
    if isinstance(criterion, And | Or):
        for one in criterion.criteria:
            yield from fields_in(one)
    elif isinstance(criterion, Not):
        yield from fields_in(criterion.criterion)
    elif not isinstance(criterion, MatchAll):
        yield criterion.field
