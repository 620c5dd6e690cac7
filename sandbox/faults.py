"""Scripted faults: which request meets which misfortune. What then happens on the wire is in `misbehave.py`."""

# Pydantic reads these annotations at run time, so they are not postponed.
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What goes wrong."""

    STATUS = "status"  # another answer than the real one
    RESET_BEFORE = "reset_before"  # connection reset, nothing happened
    RESET_AFTER = "reset_after"  # it happened, connection reset before the answer
    TRUNCATE = "truncate"  # half of the answer under its full content-length, then the end
    DELAY = "delay_ms"  # the request is taken up late; goes together with any other kind
    HELD = "held"  # it happened, and its answer comes `delay_ms` later
    EXPIRED_URL = "expired_url"  # the upload URL is good for `expires_in` seconds only
    WRONG_ETAG = "wrong_etag"  # the storage names a checksum that is not that of the bytes


class Rule(BaseModel):
    """One scripted fault.

    A rule counts the requests to its endpoint: it lets the first `after` pass, then strikes at each `every`-th,
    `times` times in all (null: without end).
    """

    model_config = ConfigDict(extra="forbid")

    endpoint: str = "*"
    kind: Kind
    times: int | None = Field(1, ge=1)
    after: int = Field(0, ge=0)
    every: int = Field(1, ge=1)

    status: int = Field(503, ge=200, le=599)
    body: Literal["description", "code", "documented", "problem", "html", "xml", "empty"] = "description"
    message: str = "The sandbox was told to answer like this."
    #: `Code` of an XML body, as S3 spells it.
    code: str = "SlowDown"
    retry_after: float | None = Field(None, ge=0)
    retry_after_as: Literal["seconds", "date"] = "seconds"
    #: True: what was asked for happens all the same.
    effect: bool = False

    delay_ms: float = Field(0, ge=0)
    expires_in: int = 0

    seen: int = Field(0, ge=0)
    struck: int = Field(0, ge=0)
    #: How often it happened all the same, of those whose answer is `held`.
    happened: int = Field(0, ge=0)

    def strikes(self) -> bool:
        """Count one request; whether this one is hit."""
        self.seen += 1
        turn = self.seen - self.after
        due = turn >= 1 and (turn - 1) % self.every == 0 and (self.times is None or self.struck < self.times)
        self.struck += due
        return due


class FaultBook:
    """The rules in force, in the order they were given."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def due(self, endpoint: str) -> list[Rule]:
        """The rules that hit this request: any number of delays, and at most one of another kind, the first."""
        hits: list[Rule] = []
        for rule in self.rules:
            if rule.endpoint not in ("*", endpoint):
                continue
            is_taken = rule.kind is not Kind.DELAY and any(hit.kind is not Kind.DELAY for hit in hits)
            if not is_taken and rule.strikes():
                hits.append(rule)
        return hits

    def names(self, endpoint: str) -> bool:
        """Whether a rule was written for this endpoint by name."""
        return any(rule.endpoint == endpoint for rule in self.rules)
