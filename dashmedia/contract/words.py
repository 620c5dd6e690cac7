"""Enumerated words that we look for in answers, from the wire modules, and what a strange one means."""

from __future__ import annotations

from dataclasses import dataclass

from dashmedia.contract.report import Weight
from dashmedia.dam import wire as dam
from dashmedia.social import wire as social


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one member.

    Attributes:
        member: the end of its path, such as `lifecycleStatus.state`.
        known: every word that we tell apart, also the ones we only accept in the place of another.
        needed: sets of which at least one word must be possible, or a step of ours never comes to its end.
        strange: what a word means for us that we do not know; None where we pass words on as they are.
        endpoint: the end of the name of the calls meant; empty is all.
    """

    member: str
    known: frozenset[str]
    needed: tuple[frozenset[str], ...]
    strange: Weight | None
    endpoint: str = ""


def each(*words: str) -> tuple[frozenset[str], ...]:
    """Each of them is needed."""
    return tuple(frozenset({word}) for word in words)


#: By system; a member that stands in none of them is passed on as it is.
WORDS = {
    "dash": (
        Words("lifecycleStatus.state", frozenset(dam.STATES), each(*dam.STATES), Weight.WEAKENS),
        Words(
            dam.JOB_TYPE,
            dam.JOBS_RUNNING | dam.JOBS_COMPLETE | dam.JOBS_FAILED,
            (dam.JOBS_COMPLETE, dam.JOBS_FAILED),
            Weight.BREAKS,
            "-batch-jobs",
        ),
        Words("permittedActions[].resourceType", frozenset(), each(dam.CREATE_ASSETS[0]), None, dam.CURRENT_USER),
        Words("permittedActions[].action", frozenset(), each(dam.CREATE_ASSETS[1]), None, dam.CURRENT_USER),
        Words("permittedActions[].action", frozenset(), each(dam.ASSIGN_OPTION), None, dam.FIELD_OPTION),
    ),
    "dash-social": (
        Words(
            "brand_media_status",
            frozenset({social.STATUS_READY}) | social.STATUSES_FAILED,
            each(social.STATUS_READY),
            # Taken for "not yet" until the budget ends, which is right of all but those by which processing fails.
            Weight.NOTE,
        ),
    ),
}


def words_for(system: str, endpoint: str, member: str) -> Words | None:
    """The words of the member at a path as it is spelled; None when any will do."""
    return next(
        (one for one in WORDS[system] if f".{member}".endswith(f".{one.member}") and endpoint.endswith(one.endpoint)),
        None,
    )
