"""Whether one asset satisfies a rule, decided here and not by the service: every reason against it, none left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from dashmedia.dam import wire
from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.dam.models import Asset, Field, LifecycleStatus
    from dashmedia.promotion.rules import PromotionRule

#: When an asset came into the state; of the bin the API tells no date.
SINCE = {
    wire.STAGED: "date_staged",
    wire.PENDING_APPROVAL: "date_pending_approval",
    wire.LIVE: "date_live",
}

#: How much of a value that cannot be read is quoted, in characters.
QUOTED = 40


class Reason(NamedTuple):
    """Why an asset is held back: what it is counted under, and the whole of it in words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Requirements:
    """A rule whose names are known to be fields of the account.

    Attributes:
        required: fields that must have a value.
        rights: the field with the last day of the rights.
    """

    rule: PromotionRule
    required: tuple[Field, ...]
    rights: Field | None


def reasons_against(asset: Asset, needs: Requirements, now: datetime) -> list[Reason]:
    """Everything that stands against moving it; nothing if it satisfies the rule.

    Args:
        asset: in the state that the rule's transition starts from.
        needs: the rule.
        now: aware.
    """
    return [
        *_no_file(asset),
        *_too_young(asset.lifecycle_status, needs.rule.minimum_age_hours, now),
        *_missing_values(asset, needs.required),
        *_rights_ended(asset, needs, now),
    ]


def _no_file(asset: Asset) -> Iterator[Reason]:
    if asset.current_asset_file is None:
        yield Reason("no file yet", "it has no file yet: its upload is not complete")


def _too_young(status: LifecycleStatus, hours: float, now: datetime) -> Iterator[Reason]:
    if hours <= 0:
        return
    since: datetime | None = getattr(status, SINCE.get(status.state, ""), None)
    kind = f"younger than {hours:g} h"
    if since is None:
        seen = "cannot be read" if SINCE.get(status.state) in status.unreadable else "is not told"
        yield Reason("age not known", f"since when it is {status.state} {seen}, so it may be {kind}")
    elif (age := now - since) < timedelta(hours=hours):
        yield Reason(kind, f"{status.state} for {_in_words(age)}, must be {hours:g} h")


def _in_words(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.1f} h" if hours >= 0 else "less than no time (its date lies ahead)"


def _missing_values(asset: Asset, required: tuple[Field, ...]) -> Iterator[Reason]:
    for field in required:
        if not any(value.strip() for value in asset.values.get(field.id, ())):
            told = f"“{field.name}” has no value"
            yield Reason(told, told)


def _rights_ended(asset: Asset, needs: Requirements, now: datetime) -> Iterator[Reason]:
    if needs.rights is None:
        return
    name = f"“{needs.rights.name}”"
    values = [value.strip() for value in asset.values.get(needs.rights.id, ()) if value.strip()]
    if not values and needs.rule.rights_end_required:
        yield Reason(f"{name} has no date", f"{name} has no date")
    for value in values:
        end = rights_end(value)
        if end is None:
            yield Reason(
                f"{name} cannot be read", f"{name} is “{clip(value, QUOTED)}”, expected a date such as 2027-01-31"
            )
        elif end < now:
            yield Reason(f"{name} has passed", f"{name} passed: {value}")


def rights_end(value: str) -> datetime | None:
    """The last instant of the rights, UTC: of a date alone the end of that day, as in manifests. None if it is no date."""
    try:
        return datetime.combine(date.fromisoformat(value), time.max, tzinfo=UTC)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
