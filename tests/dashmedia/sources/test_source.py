from __future__ import annotations

import tracemalloc

import fsspec
import pandas as pd
import pytest

from dashmedia.errors import SourceError
from dashmedia.sources import open_source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "The source is empty"),
        ("/nowhere/looks", "does not exist"),
        ("http://cdn.example/looks.csv", "not encrypted"),
        ("https://cdn.example/looks", "neither a folder nor a manifest"),
        ("memory://nothing", "neither a folder nor a manifest"),
        ("nosuchscheme://a/b", "cannot be reached: ValueError: Protocol not known"),
    ],
)
def test_what_cannot_be_a_source_is_named(source, words):
    with pytest.raises(SourceError, match=words):
        open_source(source)


def test_a_file_that_is_no_manifest_is_named(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"x")

    with pytest.raises(
        SourceError, match=r"neither a folder nor a manifest. Give a folder or a file ending in .csv, .jsonl"
    ):
        open_source(str(tmp_path / "a.jpg"))


@pytest.mark.parametrize("url", ["{}/gone.csv", "memory://gone.csv", "memory://gone.parquet"])
def test_a_manifest_that_does_not_exist_is_named(tmp_path, url):
    with pytest.raises(SourceError, match="gone"):
        list(open_source(url.format(tmp_path)))


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_paths_may_be_given_in_several_ways(tmp_path, prefix, monkeypatch):
    (tmp_path / "m.csv").write_text("uri\na.jpg\n")
    monkeypatch.setenv("HOME", str(tmp_path))

    (original,) = open_source(f"{prefix}{tmp_path}/m.csv")
    (same,) = open_source("~/m.csv")

    assert original.url == same.url == str(tmp_path / "a.jpg")


def test_a_folder_may_be_named_like_a_manifest(tmp_path):
    folder = tmp_path / "looks.csv"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")

    assert [o.uri for o in open_source(f"{folder}/")] == ["a.jpg"]


@pytest.mark.parametrize("name", ["m.csv", "m.parquet"])
def test_a_remote_manifest_names_files_beside_it(name):
    files = fsspec.filesystem("memory")
    with files.open(f"/looks/{name}", "wb") as target:
        frame = pd.DataFrame({"uri": ["a.jpg", "../b.jpg"]})
        frame.to_csv(target, index=False) if name.endswith("csv") else frame.to_parquet(target)

    good, refused = open_source(f"memory://looks/{name}")

    assert good.url == "memory://looks/a.jpg"
    assert refused.rule == "outside_folder"
    assert open_source(f"memory://looks/{name}").count() is None
    assert open_source("memory://looks").count() is None


def test_patterns_and_limit_select_and_a_row_without_uri_is_still_seen(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("uri,caption\na.jpg,x\nb.png,x\n,y\nc.jpg,x\nd.jpg,x\n")

    items = list(open_source(str(path), include=["*.jpg"], limit=3))

    assert [item.uri for item in items] == ["a.jpg", "", "c.jpg"]


def test_the_count_is_an_upper_bound(tmp_path):
    (tmp_path / "m.csv").write_text("uri\na.jpg\nb.jpg")
    pd.DataFrame({"uri": ["a.jpg", "b.jpg"]}).to_parquet(tmp_path / "m.parquet")

    assert open_source(str(tmp_path / "m.csv")).count() == 3
    assert open_source(str(tmp_path / "m.parquet")).count() == 2
    assert open_source(str(tmp_path)).count() == 2
    assert open_source(str(tmp_path), limit=1).count() == 1


def test_a_source_can_be_read_again(tmp_path):
    (tmp_path / "m.csv").write_text("uri\na.jpg\n")
    source = open_source(str(tmp_path / "m.csv"))

    assert list(source) == list(source)


@pytest.mark.parametrize("name", ["m.csv", "m.jsonl", "m.parquet"])
def test_memory_does_not_grow_with_the_rows(tmp_path, name):
    peaks = [peak_of_reading(write_rows(tmp_path / f"{rows}-{name}", rows)) for rows in (1_200, 3_600)]

    assert peaks[1] < peaks[0] * 1.2 + 200_000


def write_rows(path, rows):
    frame = pd.DataFrame(
        {"uri": [f"https://cdn.example/{n}.jpg" for n in range(rows)], "caption": ["On a ridge at dawn"] * rows}
    )
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
        case _:
            frame.to_parquet(path)
    return path


def peak_of_reading(path):
    list(open_source(str(path), limit=10))
    tracemalloc.start()
    for _ in open_source(str(path)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
