"""What was done to which content for which destination; `Ledger` is the way in, `python -m dashmedia.ledger` a look."""

from __future__ import annotations

from dashmedia.ledger.destinations import dam_destination, service_of, social_destination, source_id_for
from dashmedia.ledger.heartbeat import Heartbeat
from dashmedia.ledger.jobs import JobStage, KnownJob
from dashmedia.ledger.looks import Left, Sum
from dashmedia.ledger.records import (
    Claim,
    Failure,
    Item,
    Key,
    Move,
    NewItem,
    OpenUpload,
    PartReceipt,
    Run,
    Transition,
    Upload,
)
from dashmedia.ledger.refused import Refused
from dashmedia.ledger.runs import Life
from dashmedia.ledger.states import FAILED, State, Verdict
from dashmedia.ledger.store import LEASE_S, Ledger

__all__ = [
    "FAILED",
    "LEASE_S",
    "Claim",
    "Failure",
    "Heartbeat",
    "Item",
    "JobStage",
    "Key",
    "KnownJob",
    "Ledger",
    "Left",
    "Life",
    "Move",
    "NewItem",
    "OpenUpload",
    "PartReceipt",
    "Refused",
    "Run",
    "State",
    "Sum",
    "Transition",
    "Upload",
    "Verdict",
    "dam_destination",
    "service_of",
    "social_destination",
    "source_id_for",
]
