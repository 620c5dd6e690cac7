"""Assets for originals that have none yet, by batch jobs, and never a second one.

`submitted` is written, with the key of the job, before the job is sent. So a delivery found in it has one open question, *did
the job make its asset?*, and it is asked in this order: the job itself, if its id is known; then the assets without a file
that we staged since (`orphans`). Only what neither has is asked for again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from dashmedia.dam import wire
from dashmedia.errors import (
    AssetNotMadeError,
    DashMediaError,
    JobFailedError,
    OutcomeUnknownError,
    TransientError,
)
from dashmedia.ledger import OpenUpload, State
from dashmedia.ledger.rows import in_batches
from dashmedia.uploads.delivery import FATAL, Opened, kind_of, versioned
from dashmedia.uploads.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.job_models import Job
    from dashmedia.jobs import JobRunner
    from dashmedia.ledger import Key, Ledger
    from dashmedia.uploads.delivered import Delivered
    from dashmedia.uploads.delivery import Delivery
    from dashmedia.uploads.orphans import Orphans
    from dashmedia.uploads.recorder import Recorder
    from dashmedia.uploads.requests import Requests

log = logging.getLogger(__name__)

#: How often, within one run, a job is sent for a delivery that was looked for and not found.
ROUNDS = 3

#: Deliveries whose assets exist, and those for which nothing was made.
Settled = tuple[list[Opened], list["Delivery"]]

#: Deliveries whose assets the job told of, those of which it said nothing, and how it failed if it did.
Answered = tuple[list[Opened], list["Delivery"], JobFailedError | None]


class AssetMaker:
    """Makes assets and their uploads.

    Args:
        client: the service.
        ledger: what is known of uploads.
        recorder: writes to it.
        jobs: submits and waits.
        orphans: finds assets of lost jobs.
        requests: what is asked for.
        delivered: finds what a lost ledger knew of.
        job_items: files of one job at most.
    """

    def __init__(  # each is one thing it works with
        self, client: DashClient, ledger: Ledger, recorder: Recorder, jobs: JobRunner, orphans: Orphans,
        requests: Requests, delivered: Delivered, *, job_items: int,
    ) -> None:  # fmt: skip
        self._client, self._ledger, self._recorder, self._jobs = client, ledger, recorder, jobs
        self._orphans, self._requests, self._job_items = orphans, requests, job_items
        self._delivered = delivered
        self._turns = Turns()

    def open(self, deliveries: Sequence[Delivery]) -> Iterator[list[Opened]]:
        """Those whose asset exists now, job by job, so that bytes are sent while the next job is waited for.

        The others are set aside, in the ledger too.

        Raises:
            AuthError, UserError: every further delivery would meet it.
        """
        known = self._ledger.open_uploads.read([each.item.key for each in deliveries])
        yield [_resumed(each, known) for each in deliveries if each.item.state in {State.CREATED, State.BYTES_PUT}]
        before = [each for each in deliveries if each.item.state in {State.PLANNED, State.SUBMITTED}]
        missing = [each for each in before if not _request_key(each, known)]
        asked = [each for each in before if _request_key(each, known)]
        for group in _groups(asked, lambda each: _request_key(each, known)):
            upload = known[group[0].item.key]
            # The key is written before the job is: one that the ledger has no job for was never sent.
            was_sent = self._ledger.attach(upload.request_key) is not None
            found, lost = self._settle(group, upload) if was_sent else ([], group)
            yield found
            missing += lost
        for group in _groups(self._askable(self._delivered.rest_of(missing)), kind_of):
            for batch in in_batches(group, self._job_items):
                yield self._make(batch)

    def begin_upload(self, opened: Opened) -> Opened:
        """A new upload for an asset that exists.

        Raises:
            RejectedError: the service gives none; perhaps somebody removed the asset.
            TakenOverError: another run holds the row by now.
        """
        delivery = opened.delivery
        answer = self._client.create_asset_upload(self._requests.new_upload(delivery, opened.upload.asset_id))
        begun = self._requests.read_begun(answer, delivery, opened.upload)
        self._recorder.step(delivery, State.CREATED, upload=begun.upload)
        return begun

    def _askable(self, deliveries: Sequence[Delivery]) -> Iterator[Delivery]:
        """Those that can be asked for at all: not too large, and a version's asset is there."""
        for each in deliveries:
            try:
                self._requests.item(each)
            except FATAL:
                raise
            except DashMediaError as error:
                self._recorder.fail([each], error)
            else:
                yield each

    def _make(self, batch: list[Delivery]) -> list[Opened]:
        """One job for all of `batch`, and again for what was lost of it."""
        if versioned(batch[0]) is not None and len(batch) == 1:
            return self._make_one(batch[0])
        opened: list[Opened] = []
        for _ in range(ROUNDS):
            upload = OpenUpload(uuid4().hex, self._ledger.now())
            found, batch = self._settle(batch, upload, is_new=True)
            opened += found
            if not batch:
                return opened
        self._recorder.fail(
            batch, TransientError(wire.job_call("POST", kind_of(batch[0])), "nothing was made", tries=ROUNDS)
        )
        return opened

    def _make_one(self, delivery: Delivery) -> list[Opened]:
        """A new version of one asset needs no job. An upload that was begun and not told of is left to the service."""
        upload = OpenUpload("", self._ledger.now(), versioned(delivery))
        try:
            return [self.begin_upload(each) for each in self._recorder.create([Opened(delivery, upload)])]
        except FATAL:
            raise
        except DashMediaError as error:
            self._recorder.fail([delivery], error)
            return []

    def _settle(self, group: list[Delivery], upload: OpenUpload, *, is_new: bool = False) -> Settled:
        """Send the job or attach to it, wait for it, read what it made, and look for what it did not tell."""
        with self._turns.asking():
            group = self._recorder.submit(group, upload) if is_new else group
            opened, untold, failed = self._ask(group, upload) if group else ([], [], None)
        found, lost = self._look(untold, upload)
        if failed is None:
            return opened + found, lost
        # A failed job may have made some assets. What it did not make is not asked for again in this run.
        self._recorder.forget_request(lost)
        self._recorder.fail(lost, failed)
        return opened + found, []

    def _ask(self, group: list[Delivery], upload: OpenUpload) -> Answered:
        """What the job told of, what it did not, and how it failed if it did."""
        try:
            job = self._jobs.run(kind_of(group[0]), upload.request_key, self._requests.items(group))
        except OutcomeUnknownError:
            return [], group, None
        except JobFailedError as error:
            return *self._read(error.job, group, upload), error
        except FATAL:
            raise
        except DashMediaError as error:
            self._recorder.fail(group, error)
            return [], [], None
        return *self._read(job, group, upload), None

    def _read(self, job: Job, group: list[Delivery], upload: OpenUpload) -> Settled:
        """What the job made, and those of which it says nothing; its failures are set aside."""
        told = [self._read_success(job, each, upload) for each in group if each.item.source_id in job.successes]
        free, taken = self._without_taken([each for each in told if each])
        refused = [each for each in group if each.item.source_id in job.failures]
        self._recorder.forget_request(refused)
        for each in refused:
            self._recorder.fail([each], AssetNotMadeError(each.item.filename, job.failures[each.item.source_id]))
        untold = [each for each in group if each.item.source_id not in {*job.successes, *job.failures}]
        return self._recorder.create(free), untold + taken

    def _without_taken(self, told: list[Opened]) -> tuple[list[Opened], list[Delivery]]:
        """Those whose asset is theirs, and those whose asset somebody adopted meanwhile: an equal one is left for them."""
        owners = self._ledger.open_uploads.owners([each.upload.asset_id or "" for each in told])
        free: list[Opened] = []
        taken: list[Delivery] = []
        for each in told:
            mine = each.delivery.item.key
            is_free = versioned(each.delivery) is not None or owners.get(each.upload.asset_id or "", mine) == mine
            (free.append(each) if is_free else taken.append(each.delivery))
        return free, taken

    def _read_success(self, job: Job, delivery: Delivery, upload: OpenUpload) -> Opened | None:
        try:
            return self._requests.read_made(job, delivery, upload)
        except DashMediaError as error:
            self._recorder.fail([delivery], error)
            return None

    def _look(self, lost: list[Delivery], upload: OpenUpload) -> Settled:
        """Adopt what a job made without telling us. A version needs no look: its asset is there, whoever asks."""
        opened: list[Opened] = []
        missing = [each for each in lost if versioned(each) is not None]
        new = [each for each in lost if versioned(each) is None]
        for group in _groups(new, lambda each: each.item.destination):
            try:
                adopted = self._adopt(group, upload)
            except FATAL:
                raise
            except DashMediaError as unclear:
                self._recorder.fail(group, unclear)
                continue
            opened += adopted
            found = {each.delivery.item.key for each in adopted}
            missing += [each for each in group if each.item.key not in found and each.is_open]
        if opened:
            log.info("%d assets were found again that a job had made without telling us", len(opened))
        return opened, missing

    def _adopt(self, group: list[Delivery], upload: OpenUpload) -> list[Opened]:
        """Take assets that nobody else can mean."""
        with self._turns.looking():
            found = self._orphans.find(group, upload.submitted_at)
            adopted = [
                Opened(each, OpenUpload(upload.request_key, upload.submitted_at, found[each.item.key]))
                for each in group if each.item.key in found
            ]  # fmt: skip
            return self._recorder.create(adopted, "found among the assets without a file")


def _request_key(delivery: Delivery, known: Mapping[Key, OpenUpload]) -> str:
    """Of the job that may have been sent for it; empty when none was."""
    upload = known.get(delivery.item.key)
    return upload.request_key if upload and delivery.item.state is State.SUBMITTED else ""


def _resumed(delivery: Delivery, known: Mapping[Key, OpenUpload]) -> Opened:
    """One whose asset an earlier run made; what is not known of its upload is begun anew."""
    item = delivery.item
    return Opened(delivery, known.get(item.key) or OpenUpload("", item.updated_at, item.remote_id))


def _groups(deliveries: Iterable[Delivery], by: Callable[[Delivery], Hashable]) -> list[list[Delivery]]:
    """Those that are alike, together and in their order."""
    groups: dict[Hashable, list[Delivery]] = {}
    for each in deliveries:
        groups.setdefault(by(each), []).append(each)
    return list(groups.values())
