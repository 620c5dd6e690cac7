from __future__ import annotations

import os

import fsspec
import pytest

from dashmedia.errors import SourceError
from dashmedia.refusals import Refusal, Rule
from dashmedia.sources import open_source


def fill(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")


def read(folder, **options):
    return list(open_source(str(folder), **options))


@pytest.fixture
def looks(tmp_path):
    folder = tmp_path / "looks"
    folder.mkdir()
    return folder


@pytest.fixture
def memory():
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def test_files_come_depth_first_in_the_order_of_names(looks):
    fill(looks, "b.jpg", "a/2.jpg", "a/1.jpg", "a/deep/er/x.jpg", "c.jpg")

    found = read(looks)

    assert [o.uri for o in found] == ["a/1.jpg", "a/2.jpg", "a/deep/er/x.jpg", "b.jpg", "c.jpg"]
    assert (found[2].url, found[2].filename, found[2].row) == (str(looks / "a/deep/er/x.jpg"), "x.jpg", None)


def test_hidden_files_and_folders_are_skipped(looks):
    fill(looks, ".DS_Store", ".git/x.jpg", "a/.hidden.jpg", "a/x.jpg")

    assert [o.uri for o in read(looks)] == ["a/x.jpg"]


def test_an_empty_folder_is_an_error(looks):
    with pytest.raises(SourceError, match="holds no file"):
        read(looks)


def test_a_filter_that_leaves_nothing_is_no_error(looks):
    fill(looks, "a.jpg")

    assert read(looks, include=["*.png"]) == []


def test_a_link_that_leaves_the_folder_is_refused_and_the_others_go_on(looks, tmp_path):
    fill(tmp_path, "private.jpg", "elsewhere/x.jpg")
    fill(looks, "z.jpg")
    (looks / "out.jpg").symlink_to(tmp_path / "private.jpg")
    (looks / "outdir").symlink_to(tmp_path / "elsewhere")

    first, second, good = read(looks)

    assert [(r.uri, r.rule) for r in (first, second)] == [
        ("out.jpg", Rule.OUTSIDE_FOLDER),
        ("outdir", Rule.OUTSIDE_FOLDER),
    ]
    assert "private.jpg" in first.seen
    assert good.uri == "z.jpg"


def test_a_link_inside_the_folder_is_followed_to_files_only(looks):
    fill(looks, "a/x.jpg")
    (looks / "again").symlink_to(looks / "a")
    (looks / "same.jpg").symlink_to(looks / "a/x.jpg")
    (looks / "a" / "round").symlink_to(looks)

    assert [o.uri for o in read(looks)] == ["a/x.jpg", "same.jpg"]


def test_allowed_links_are_followed_and_do_not_go_in_circles(looks, tmp_path):
    fill(tmp_path, "one/x.jpg", "two/y.jpg")
    (looks / "one").symlink_to(tmp_path / "one")
    (tmp_path / "one/two").symlink_to(tmp_path / "two")
    (tmp_path / "two/one").symlink_to(tmp_path / "one")

    assert [o.uri for o in read(looks, allow_outside=True)] == ["one/two/y.jpg", "one/x.jpg"]


def test_a_name_that_is_not_utf_8_is_refused(looks):
    fill(looks, "a.jpg")
    (looks / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"x")

    _, refused = read(looks)

    assert (refused.uri, refused.rule) == ("caf\\udce9.jpg", Rule.FILE_UNREADABLE)
    assert refused.sentence.encode()


def test_a_folder_that_vanishes_is_refused_and_the_others_go_on(looks):
    fill(looks, "a/x.jpg", "b/x.jpg", "c.jpg")
    items = iter(open_source(str(looks)))

    first = next(items)
    (looks / "b/x.jpg").unlink()
    (looks / "b").rmdir()
    second, third = items

    assert (first.uri, third.uri) == ("a/x.jpg", "c.jpg")
    assert isinstance(second, Refusal)
    assert second.seen == "the folder cannot be listed: No such file or directory"


def test_folders_may_be_nested_deeper_than_calls(memory):
    memory.store["/looks" + "/d" * 1_100 + "/x.jpg"] = memory.open("/x", "wb")

    assert len(read("memory://looks")) == 1


def test_a_remote_folder_is_read_like_a_local_one(memory):
    for path in ("/looks/b.jpg", "/looks/a/x.jpg", "/looks/a/.hidden", "/looks/bad::name.jpg"):
        memory.pipe(path, b"x")

    first, second, refused = read("memory://looks")

    assert (first.uri, first.url) == ("a/x.jpg", "memory://looks/a/x.jpg")
    assert second.uri == "b.jpg"
    assert (refused.rule, refused.uri) == (Rule.BAD_ROW, "bad::name.jpg")


def test_the_empty_object_that_marks_a_folder_is_skipped(memory, monkeypatch):
    memory.pipe("/looks/a.jpg", b"x")
    listing = [
        {"name": "/looks/", "type": "file", "size": 0},
        {"name": "/looks/a.jpg", "type": "file", "size": 1},
    ]
    monkeypatch.setattr(type(memory), "ls", lambda *_args, **_options: listing)

    assert [o.uri for o in read("memory://looks")] == ["a.jpg"]
