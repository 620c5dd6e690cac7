"""The steps of an asset's life that a batch job can take."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.selectors import selector_to_json

if TYPE_CHECKING:
    from dashmedia.dam.selectors import Selector


class Transition(StrEnum):
    """From one state to another."""

    STAGED_TO_PENDING_APPROVAL = wire.TO_PENDING_APPROVAL
    PENDING_APPROVAL_TO_LIVE = wire.PENDING_APPROVAL_TO_LIVE
    STAGED_TO_LIVE = wire.STAGED_TO_LIVE
    LIVE_TO_BINNED = wire.LIVE_TO_BINNED
    STAGED_TO_BINNED = wire.STAGED_TO_BINNED
    PENDING_APPROVAL_TO_BINNED = wire.PENDING_APPROVAL_TO_BINNED
    BINNED_TO_LIVE = wire.BINNED_TO_LIVE

    @property
    def source(self) -> str:
        """The state an asset must be in, such as `STAGED`."""
        return self.name.partition("_TO_")[0]

    @property
    def target(self) -> str:
        """The state it is in afterwards."""
        return self.name.partition("_TO_")[2]


def transition_body(transition: Transition, selector: Selector) -> dict[str, Any]:
    """The body of a lifecycle job. A criterion must name the source state itself, else only LIVE assets are looked at."""
    return wire.transition_body(transition.value, selector_to_json(selector))
