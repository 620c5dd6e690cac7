"""Decisions about what an asset says after its upload was completed; the service is played, its answers are real models."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pytest
from support.delivering import checked, new_item, write_files

from dashmedia.dam.models import Asset, AssetFile, LifecycleStatus
from dashmedia.errors import ChecksumMismatchError, OutcomeUnknownError, ProcessingOverdueError, RejectedError
from dashmedia.ingest.batch import Delivery
from dashmedia.ledger import Ledger, OpenUpload, PartReceipt, State, Transition
from dashmedia.uploads.completing import LOOKS_S, Completer
from dashmedia.uploads.delivery import Opened
from dashmedia.uploads.recorder import Recorder

OURS = hashlib.md5(b"ours").hexdigest()


def asset(size=None, checksum=None):
    file = AssetFile(size=size, checksum=checksum) if size is not None or checksum else None
    return Asset(id="asset-1", lifecycle_status=LifecycleStatus(state="STAGED"), current_asset_file=file)


@dataclass
class PlayedClient:
    """Says of the asset what `says` holds, the last for ever; a completion ends as `ends` says."""

    says: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    completions: int = 0

    def asset(self, _):
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]

    def complete_upload(self, *_):
        self.completions += 1
        end = self.ends.pop(0) if self.ends else None
        if end is not None:
            raise end


@pytest.fixture
def scene(tmp_path):
    """A delivery whose parts are all there, and what completes it with a played service."""
    content = checked(write_files(tmp_path, 4)[0])
    with Ledger.open(str(tmp_path / "ledger.sqlite")) as ledger:
        run = ledger.start_run("run", flow="test", source="test")

        def make(client, destination="dam:/UGC", *, is_sent_before=False):
            (claim,) = ledger.claim([new_item(content, destination)], run)
            upload = OpenUpload("", ledger.now(), "asset-1", "upload-1", 4)
            key = claim.item.key
            ledger.record(run, [Transition(key, State.CREATED, remote_id="asset-1", adopted=True, upload=upload)])
            if is_sent_before:
                ledger.record(run, [Transition(key, State.BYTES_PUT)])
            delivery = Delivery(content, ledger.claim([claim.new], run)[0].item, claim.verdict)
            naps = []
            completer = Completer(client, Recorder(ledger, run), sleep=naps.append)
            receipts = [PartReceipt(key, "upload-1", 1, 4, content.md5, content.md5)]
            completer.complete(Opened(delivery, upload), receipts)
            return delivery, naps

        make.content, make.ledger = content, ledger
        yield make


def row(scene):
    return next(iter(scene.ledger.find(scene.content.sha256)))


def test_an_asset_that_shows_its_file_later_is_waited_for(scene):
    client = PlayedClient([asset(), asset(), asset(4, scene.content.md5)])

    delivery, naps = scene(client)

    assert delivery.item.state is State.READY
    assert naps == list(LOOKS_S[:3])


def test_an_asset_that_shows_no_file_is_overdue_and_asked_again_by_the_next_run(scene):
    with pytest.raises(ProcessingOverdueError, match="asset asset-1 showed no file within 90 s"):
        scene(PlayedClient([asset()]))

    assert row(scene).state is State.BYTES_PUT


def test_other_bytes_in_the_asset_are_told_with_both_values_and_sent_anew_by_the_next_run(scene):
    with pytest.raises(ChecksumMismatchError) as different:
        scene(PlayedClient([asset(4, "0" * 32)]))

    assert (different.value.sent, different.value.stored) == (f"{scene.content.md5} (4 bytes)", f"{'0' * 32} (4 bytes)")
    assert row(scene).state is State.CREATED
    assert scene.ledger.open_uploads.read([row(scene).key])[row(scene).key].upload_id is None


def test_a_version_may_show_the_old_file_for_a_while(scene):
    client = PlayedClient([asset(9, "0" * 32), asset(9, "0" * 32), asset(4, scene.content.md5)])

    delivery, _ = scene(client, "dam:asset-1")

    assert delivery.item.state is State.READY


def test_without_a_checksum_the_size_is_enough_once_the_completion_was_taken(scene):
    delivery, _ = scene(PlayedClient([asset(4)]))

    assert delivery.item.state is State.READY


def test_a_completion_that_may_have_been_sent_is_not_sent_when_the_asset_has_the_bytes(scene):
    client = PlayedClient([asset(4, scene.content.md5)])

    scene(client, is_sent_before=True)

    assert client.completions == 0
    assert row(scene).state is State.READY


def test_the_old_file_of_a_version_with_the_same_size_proves_nothing(scene):
    client = PlayedClient([asset(4), asset(4, scene.content.md5)])

    scene(client, "dam:asset-1", is_sent_before=True)

    assert client.completions == 1


def test_a_completion_nobody_answers_is_sent_three_times_at_most(scene):
    lost = [OutcomeUnknownError("POST completions", "no answer") for _ in range(3)]
    client = PlayedClient([asset()], lost)

    with pytest.raises(OutcomeUnknownError):
        scene(client)

    assert client.completions == 3
    assert row(scene).state is State.BYTES_PUT


def test_a_refused_completion_is_refused_unless_the_asset_has_the_bytes(scene):
    with pytest.raises(RejectedError, match="400"):
        scene(PlayedClient([asset()], [RejectedError("POST completions", 400, "a part is missing")]))
