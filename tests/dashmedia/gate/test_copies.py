from __future__ import annotations

import io
import multiprocessing
import os
from dataclasses import replace

import fsspec
import pytest

from dashmedia.gate import GateRules, check, open_checked
from dashmedia.gate.copies import Copies, remove_left_behind
from dashmedia.gate.reading import inspect
from dashmedia.refusals import Refusal, RefusedError, Rule
from dashmedia.sources import Original

OWNED = GateRules(rights="owned")


@pytest.fixture
def copies(tmp_path):
    with Copies(10_000, tmp_path) as copies:
        yield copies


@pytest.fixture
def stored():
    """Puts bytes into a storage that is no folder of this machine."""
    storage = fsspec.filesystem("memory")

    def put(data, name="look.jpg"):
        storage.pipe(f"/copies/{name}", data)
        return Original(uri=name, url=f"memory://copies/{name}", filename=name)

    yield put
    storage.rm("/copies", recursive=True)


def remote(name="look.jpg"):
    return Original(uri=name, url=f"memory://copies/{name}", filename=name)


def kept(folder):
    return sorted(path.name for path in folder.glob("dashmedia-copies-*/*") if path.name != "owner")


def test_what_was_checked_is_read_from_the_copy_when_the_storage_has_it_no_more(copies, stored, picture):
    data = picture("JPEG")

    checked = check(stored(data), replace(OWNED, copies=copies))
    stored(b"something else")
    local = copies.local(checked)

    assert (checked.original.is_local, local.original.is_local) == (False, True)
    assert local.original.place == checked.original.place
    with open_checked(local) as stream:
        assert stream.read() == data


def test_a_local_original_is_not_copied(copies, original, picture, tmp_path):
    checked = check(original(picture("JPEG")), replace(OWNED, copies=copies))

    assert copies.local(checked) is checked
    assert kept(tmp_path) == []


def test_a_public_original_is_copied_from_its_one_download(copies, picture):
    asked = []

    def fetch(url, most):
        asked.append(url)
        return io.BytesIO(picture("JPEG"))

    public = Original("https://cdn.example/a.jpg", "https://cdn.example/a.jpg", "a.jpg")
    checked = check(public, replace(OWNED, copies=copies, fetch=fetch))

    with open_checked(copies.local(checked)) as stream:
        assert stream.read() == picture("JPEG")
    assert len(asked) == 1


@pytest.mark.parametrize("data", [b"words, no picture" * 9, b"\xff\xd8\xff\xe0" + bytes(300)])
def test_what_is_refused_is_not_kept(copies, stored, tmp_path, data):
    refusal = check(stored(data), replace(OWNED, copies=copies))

    assert isinstance(refusal, Refusal)
    assert kept(tmp_path) == []


def test_a_file_that_grew_is_copied_one_byte_too_far_so_that_it_shows(copies, picture):
    size = len(picture("JPEG"))

    path = copies.keep(remote(), io.BytesIO(picture("JPEG") + bytes(5_000)), size)

    assert path.stat().st_size == size + 1
    with pytest.raises(RefusedError) as refused, path.open("rb") as stream:
        inspect(stream, size, "look.jpg", OWNED)
    assert refused.value.rule is Rule.STILL_BEING_WRITTEN


def test_what_has_no_room_is_checked_all_the_same_and_read_from_its_storage(stored, tmp_path, picture):
    data = picture("JPEG")
    with Copies(len(data) + 1, tmp_path) as copies:
        rules = replace(OWNED, copies=copies)
        first, second = (check(stored(data, name), rules) for name in ("a.jpg", "b.jpg"))

        assert copies.local(first).original.is_local
        assert copies.local(second) is second


def test_one_that_is_larger_than_all_room_is_kept_alone(stored, tmp_path, picture):
    with Copies(1, tmp_path) as copies:
        checked = check(stored(picture("JPEG")), replace(OWNED, copies=copies))

        assert copies.local(checked).original.is_local


def test_room_that_is_given_back_is_used_again(stored, tmp_path, picture):
    data = picture("JPEG")
    with Copies(len(data) + 1, tmp_path) as copies:
        rules = replace(OWNED, copies=copies)
        first = check(stored(data, "a.jpg"), rules)
        copies.drop(first.original)
        second = check(stored(data, "b.jpg"), rules)

        assert copies.local(first) is first
        assert copies.local(second).original.is_local


def test_a_disk_without_room_keeps_nothing_and_refuses_nothing(stored, tmp_path, picture):
    originals = [stored(picture("JPEG"), name) for name in ("a.jpg", "b.jpg")]
    with Copies(10_000, tmp_path) as copies:
        copies.drop(check(originals[0], replace(OWNED, copies=copies)).original)
        # The device that is always full stands where the second copy would be written.
        next(tmp_path.glob("dashmedia-copies-*")).joinpath("2").symlink_to("/dev/full")

        checked = check(originals[1], replace(OWNED, copies=copies))

        assert copies.local(checked) is checked


def test_copies_of_a_killed_process_are_removed_and_those_of_a_living_one_stay(tmp_path):
    def die():
        copies = Copies(100, tmp_path)
        copies.keep(remote(), io.BytesIO(b"bytes"), 5)
        os._exit(9)

    with Copies(100, tmp_path) as living:
        living.keep(remote(), io.BytesIO(b"mine"), 4)
        process = multiprocessing.get_context("fork").Process(target=die)
        process.start()
        process.join()
        before = kept(tmp_path)
        remove_left_behind(tmp_path)

        assert (len(before), len(kept(tmp_path))) == (2, 1)
    assert list(tmp_path.iterdir()) == []
