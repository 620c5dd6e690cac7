"""What was done to which content for which destination; `Ledger` is the way in, `python -m dashmedia.ledger` a look."""

from __future__ import annotations

from dashmedia.ledger.destinations import service_of, social_destination, source_id_for
from dashmedia.ledger.heartbeat import Heartbeat
from dashmedia.ledger.looks import Left, Sum
from dashmedia.ledger.records import Claim, Failure, Item, Job, Key, Move, NewItem, Run, Transition, Upload
from dashmedia.ledger.refused import Refused
from dashmedia.ledger.states import FAILED, State, Verdict
from dashmedia.ledger.store import LEASE_S, Ledger

__all__ = [
    "FAILED",
    "LEASE_S",
    "Claim",
    "Failure",
    "Heartbeat",
    "Item",
    "Job",
    "Key",
    "Ledger",
    "Left",
    "Move",
    "NewItem",
    "Refused",
    "Run",
    "State",
    "Sum",
    "Transition",
    "Upload",
    "Verdict",
    "service_of",
    "social_destination",
    "source_id_for",
]
