"""Step 5: one media record for each delivery, and never a second one.

`submitted` is written before the request and `created` after its answer is known. So a delivery found in `submitted`,
whether from a killed run or from an answer lost a second ago, has one open question, *did my create arrive?*, and the
library's listing answers it before anything is sent again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dashmedia.errors import DuplicateError, OutcomeUnknownError
from dashmedia.ingest.moves import Move
from dashmedia.ingest.parallel import Outcome, attempt, outcome_groups
from dashmedia.ledger import State
from dashmedia.social.models import NewMedia

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.errors import DashMediaError
    from dashmedia.ingest.batch import Batch, Delivery
    from dashmedia.ingest.session import IngestSession
    from dashmedia.social.models import Media

#: How often one delivery may be sent after a look-up that did not find it, within one run.
ROUNDS = 3

#: How long after a lost answer the library is asked, in seconds: a request still on its way may arrive first.
SETTLE_S = 1.0


def create_batch(session: IngestSession, batch: Batch) -> None:
    """Create what the library does not hold yet, in every brand."""
    for destination, brand_id in session.brands.items():
        unsure = _at(batch.open(State.SUBMITTED), destination)
        ready = _at(batch.open(State.BYTES_PUT), destination)
        if session.gap is not None:
            # A lost ledger may have known of its create: so it is asked about, like one that was sent.
            session.mover.move([(each, Move(State.SUBMITTED)) for each in ready])
            unsure, ready = unsure + ready, []
        for last in (False,) * (ROUNDS - 1) + (True,):
            adopt(session, brand_id, unsure)
            unsure = _create(session, brand_id, ready + _still_open(unsure), last=last)
            ready = []
            if not unsure:
                break
            session.sleep(SETTLE_S)


def adopt(session: IngestSession, brand_id: int, unsure: list[Delivery]) -> None:
    """Ask the library which of `unsure` arrived, and write down their ids; without an answer they are set aside."""
    if not unsure:
        return
    wanted = {each.item.source_id: each.item.source_created_at.date() for each in unsure}
    look = session.client.find_media if session.gap is None else partial(session.gap.find, session.client)
    answer = attempt(unsure, lambda _: look(brand_id, wanted))
    found = answer.value or {}
    known = [(each, found[each.item.source_id]) for each in unsure if each.item.source_id in found]
    session.mover.move([(each, _adopted(media)) for each, media in known])
    if answer.error is not None:
        session.mover.fail(unsure, answer.error)


def _adopted(media: Media) -> Move:
    return Move(State.CREATED, remote_id=str(media.id), note="found in the library")


def _create(session: IngestSession, brand_id: int, todo: list[Delivery], *, last: bool) -> list[Delivery]:
    """Send `todo`; return those whose fate is unknown, unless this was the last round, which sets them aside."""
    session.mover.move([(each, Move(State.SUBMITTED)) for each in todo if each.item.state is State.BYTES_PUT])
    unsure: list[Delivery] = []
    sending = [each for each in todo if each.is_open]
    for group in outcome_groups(session.calls, lambda each: _create_one(session, brand_id, each), sending):
        known = [outcome for outcome in group if last or not _is_unknown(outcome)]
        unsure += [outcome.item for outcome in group if not last and _is_unknown(outcome)]
        session.mover.settle(
            [([outcome.item], outcome) for outcome in known],
            lambda media_id: Move(State.CREATED, remote_id=str(media_id)),
        )
    return unsure


def _create_one(session: IngestSession, brand_id: int, delivery: Delivery) -> int:
    item = delivery.item
    new = NewMedia(
        source_id=item.source_id,
        url=item.bare_url,
        filename=item.filename,
        source_created_at=item.source_created_at,
    )
    media_id = session.client.create_media(brand_id, new)
    if media_id is None:
        raise OutcomeUnknownError("POST brands/{id}/media", "an answer without an id")
    return media_id


def _is_unknown(outcome: Outcome[Delivery, int]) -> bool:
    unknown: tuple[type[DashMediaError], ...] = (OutcomeUnknownError, DuplicateError)
    return isinstance(outcome.error, unknown)


def _at(deliveries: Iterable[Delivery], destination: str) -> list[Delivery]:
    return [each for each in deliveries if each.item.destination == destination]


def _still_open(unsure: list[Delivery]) -> list[Delivery]:
    return [each for each in unsure if each.item.state is State.SUBMITTED and each.is_open]
