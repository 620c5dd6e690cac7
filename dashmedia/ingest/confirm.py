"""Step 6: wait until the library has processed what was created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.errors import ProcessingFailedError, ProcessingOverdueError
from dashmedia.ingest.moves import Move
from dashmedia.ingest.parallel import Outcome, attempt, outcome_groups
from dashmedia.ledger import State
from dashmedia.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dashmedia.ingest.batch import Batch, Delivery
    from dashmedia.ingest.session import IngestSession
    from dashmedia.social.models import Media

#: A 132 MB video took 6 s from record to rendition and an image 0.1 s, in the one real answer we know; ten times that.
BUDGET_BASE_S = 60.0
BUDGET_S_PER_MIB = 0.5

#: An image is processed in about 0.1 s, so most of a batch is ready by now, and what is not is soon; a film takes minutes.
FIRST_WAIT_S = 0.1
WAIT_GROWTH = 1.5
LONGEST_WAIT_S = 10.0

#: Up to this many deliveries are asked for one by one; more are read off the listing, 99 a request.
ONE_BY_ONE = 3

#: The listing is newest first, by the day of capture. Where fewer than one in so many of its records is ours, it is given up for
#: single look-ups: these deliveries lie deep in a large library, or far apart. A page of 99 is one request and a pause of a second.
RECORDS_PER_DELIVERY = 10


def budget_s(largest_bytes: int) -> float:
    """Seconds that processing may take for an original of `largest_bytes`."""
    return BUDGET_BASE_S + BUDGET_S_PER_MIB * largest_bytes / MIB


def confirm_batch(session: IngestSession, batch: Batch) -> None:
    """Every created delivery of the batch is ready, or set aside with what the library last said of it."""
    for destination, brand_id in session.brands.items():
        waiting = [each for each in batch.open(State.CREATED) if each.item.destination == destination]
        with session.watches[brand_id].confirming():
            _confirm(session, brand_id, waiting)


def _confirm(session: IngestSession, brand_id: int, waiting: list[Delivery]) -> None:
    wait_s = FIRST_WAIT_S
    began = session.clock()
    may_take_s = budget_s(max((each.item.bytes for each in waiting), default=0))
    while waiting:
        session.sleep(wait_s)
        waited_s = session.clock() - began
        seen = _look(session, brand_id, waiting)
        waiting = _sort(session, waiting, seen)
        # Only a word that was asked for when the budget was over counts: a look may take longer than the whole budget,
        # where the service limits the rate or many batches wait for their turn.
        if waiting and waited_s >= may_take_s:
            _overdue(session, waiting, seen, waited_s)
            return
        wait_s = min(wait_s * WAIT_GROWTH, LONGEST_WAIT_S)


def _look(session: IngestSession, brand_id: int, waiting: list[Delivery]) -> dict[str, Media]:
    """What the library says now, by `source_id`; a delivery that the listing does not show is asked for by its id."""
    seen = _listed(session, brand_id, waiting) if len(waiting) > ONE_BY_ONE else {}
    rest = [each for each in waiting if each.item.source_id not in seen]
    for group in outcome_groups(session.calls, lambda each: _get(session, brand_id, each), rest):
        seen.update({out.item.item.source_id: out.value for out in group if out.value is not None})
        session.mover.settle([([out.item], out) for out in group if out.error], _ready)
    return seen


def _listed(session: IngestSession, brand_id: int, waiting: list[Delivery]) -> dict[str, Media]:
    def find(wanted: Mapping[str, date]) -> dict[str, Media]:
        return session.client.find_media(brand_id, wanted, one_in=RECORDS_PER_DELIVERY)

    wanted = {each.item.source_id: each.item.source_created_at.date() for each in waiting}
    return attempt(waiting, lambda _: session.watches[brand_id].look(wanted, find)).value or {}


def _get(session: IngestSession, brand_id: int, delivery: Delivery) -> Media:
    return session.client.get_media(brand_id, int(delivery.item.remote_id or 0))


def _sort(session: IngestSession, waiting: list[Delivery], seen: dict[str, Media]) -> list[Delivery]:
    """Write down what is ready and what the service could not process; return the rest."""
    looks = [(each, seen[each.item.source_id]) for each in waiting if each.item.source_id in seen]
    session.mover.settle(
        [
            ([each], Outcome(each, media, _failure(each, media)))
            for each, media in looks
            if media.is_ready or media.has_failed
        ],
        _ready,
    )
    return [each for each in waiting if each.is_open]


def _ready(_: Media) -> Move:
    return Move(State.READY)


def _failure(delivery: Delivery, media: Media) -> ProcessingFailedError | None:
    if not media.has_failed:
        return None
    return ProcessingFailedError(
        f"The library could not process {delivery.item.filename} (media {media.id}): it says {media.status}. "
        "Look at it in Dash Social; replace the file if it does not open there."
    )


def _overdue(session: IngestSession, waiting: list[Delivery], seen: dict[str, Media], waited_s: float) -> None:
    session.mover.settle([([each], Outcome(each, None, _late(each, seen, waited_s))) for each in waiting], _ready)


def _late(delivery: Delivery, seen: dict[str, Media], waited_s: float) -> ProcessingOverdueError:
    media = seen.get(delivery.item.source_id)
    return ProcessingOverdueError(
        f"{delivery.item.filename} is in the library (media {delivery.item.remote_id}) and was still "
        f"{media.status if media else 'not listed'} after {waited_s:.0f} s. Nothing is lost; the next run asks again."
    )
