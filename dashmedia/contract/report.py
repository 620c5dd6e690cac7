"""What a comparison with a vendor's OpenAPI file found, as values."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

System = Literal["dash", "dash-social"]


class Kind(StrEnum):
    """What a difference is about."""

    ENDPOINT = "endpoint"  # a path that we call is not in the file
    METHOD = "method"  # the path is, with another method
    SERVER = "server"  # another base URL
    AUTH = "sign-in"  # another way to say who asks
    PARAMETER = "parameter"  # a query parameter or header that must be sent
    MEMBER = "member"  # a member that is sent or read is unknown there
    RENAMED = "renamed"  # the same, and another one plainly stands in its place
    REQUIRED = "required"  # a member that we never send must be sent
    TYPE = "type"  # another type
    NULL = "null"  # may be null, or must not be
    WORD = "word"  # an enumerated value that one side does not have
    LIMIT = "limit"  # a bound that what we send exceeds
    STATUS = "status"  # another status, or none for success
    MORE = "more"  # something we have no use for yet
    UNTOLD = "untold"  # the file leaves it open


class Weight(StrEnum):
    """What a difference means for us."""

    BREAKS = "breaks"  # a call would be refused, or its answer could not be read
    WEAKENS = "weakens"  # we go on, and know less than we think
    NOTE = "note"  # nothing changes for us


class Difference(BaseModel):
    """One difference, however many places it has.

    Attributes:
        places: call and location, such as `POST asset-searches request criterion.type`; at least one.
        ours: what we send or understand.
        theirs: what the file says.
        todo: what to do next; empty when there is nothing to do.
    """

    model_config = ConfigDict(frozen=True)
    kind: Kind
    weight: Weight
    places: tuple[str, ...]
    ours: str
    theirs: str
    todo: str = ""

    @property
    def sentence(self) -> str:
        """In one line."""
        more = f" (and {len(self.places) - 1} more)" if len(self.places) > 1 else ""
        return f"{self.places[0]}{more}: ours {self.ours}; theirs {self.theirs}."


class Settled(BaseModel):
    """A decision of docs/contract.md on which the file says something.

    Attributes:
        agrees: whether it says what we decided.
    """

    model_config = ConfigDict(frozen=True)
    subject: str
    decided: str
    says: str
    agrees: bool


class ContractReport(BaseModel):
    """All that was found. Differences come worst first.

    Attributes:
        source: where the file was read, without query.
        title: of the file, with its version.
        calls: how many calls of ours were compared.
    """

    model_config = ConfigDict(frozen=True)
    system: System
    source: str
    title: str
    openapi: str
    calls: int
    differences: tuple[Difference, ...] = ()
    settled: tuple[Settled, ...] = ()

    def of_weight(self, weight: Weight) -> tuple[Difference, ...]:
        """Those that weigh so much."""
        return tuple(one for one in self.differences if one.weight is weight)

    @property
    def breaks(self) -> bool:
        """Whether a call of ours would not work."""
        return bool(self.of_weight(Weight.BREAKS))

    @property
    def sentence(self) -> str:
        """In one line, with counts."""
        breaking, weakening, notes = (len(self.of_weight(weight)) for weight in Weight)
        told = f"{breaking:,} that break us, {weakening:,} that weaken us, {notes:,} to note"
        return f"{self.calls} calls compared with {self.title}: {told}."
