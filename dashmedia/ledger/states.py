"""The states of an item, in order, and the steps between them.

```
planned ─► url_issued ─► bytes_put ─► submitted ─► created ─► ready
```

`submitted` is written before the create is sent, `created` after its id is known. That is why no step leads from an
earlier state to `created`, unless the record was found on the remote side and is adopted.

In the DAM the asset comes first, and its bytes follow in parts:

```
planned ─► submitted ─► created ─► bytes_put ─► ready
```

`bytes_put` is written before the completion is sent: whoever finds it asks the asset before completing again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: How a row that stopped is shown to people, and written to the history, beside the state that it had reached.
FAILED = "failed"


class State(StrEnum):
    """What is known to have happened to one content for one destination."""

    PLANNED = "planned"  # accepted by the gate; nothing was sent
    URL_ISSUED = "url_issued"  # an upload URL was asked for; the bytes may be on their way
    BYTES_PUT = "bytes_put"  # the storage holds the bytes under the bare URL
    SUBMITTED = "submitted"  # the create may have been sent: ask before sending it again
    CREATED = "created"  # the record exists, its id is known
    READY = "ready"  # processed and usable: nothing is left to do

    @property
    def is_final(self) -> bool:
        """Nothing follows."""
        return self is State.READY


class Verdict(StrEnum):
    """What a claim came to, for one item."""

    TAKEN = "taken"  # this run works on it, from the state the row is in
    DONE = "done"  # ready since an earlier run
    DUPLICATE = "duplicate"  # this run claimed the same content from another place
    HELD = "held"  # another run is at work on it
    QUARANTINED = "quarantined"  # it failed for good; a person takes it out with `retry`


#: The steps of ordinary work. A step to the same state is a repeat of its effect: a new URL, or a create sent again
#: after the remote side was asked. Bytes may be there already, put for another destination.
STEPS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.URL_ISSUED, State.BYTES_PUT, State.SUBMITTED}),
    State.URL_ISSUED: frozenset({State.URL_ISSUED, State.BYTES_PUT, State.SUBMITTED}),
    State.BYTES_PUT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.SUBMITTED, State.CREATED, State.READY}),
    State.CREATED: frozenset({State.READY}),
    State.READY: frozenset(),
}

#: The steps of a DAM item. `submitted` again: the service has no such asset. `created` again: a new upload for the same
#: asset, because the last one is gone or its bytes did not hold.
DAM_STEPS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SUBMITTED}),
    State.URL_ISSUED: frozenset(),
    State.SUBMITTED: frozenset({State.SUBMITTED, State.CREATED}),
    State.CREATED: frozenset({State.CREATED, State.BYTES_PUT}),
    State.BYTES_PUT: frozenset({State.CREATED, State.READY}),
    State.READY: frozenset(),
}

#: Where an adopted record may arrive, from any state before it.
ADOPTABLE = frozenset({State.CREATED, State.READY})

#: States in which the create was not sent yet, so that what it will say may still change.
BEFORE_CREATE = (State.PLANNED, State.URL_ISSUED, State.BYTES_PUT)
DAM_BEFORE_CREATE = (State.PLANNED,)


def objection(
    state: State, to: State, *, adopted: bool, has_remote_id: bool, steps: Mapping[State, Collection[State]] = STEPS
) -> str | None:
    """Why the step from `state` to `to` is refused, as the end of a sentence; None when it is legal."""
    if to in ADOPTABLE and not has_remote_id:
        return f"`{to}` needs the remote id"
    if to in steps[state] or (adopted and to in ADOPTABLE and state not in ADOPTABLE):
        return None
    return f"expected one of: {', '.join(sorted(steps[state])) or 'none, it is final'}"
