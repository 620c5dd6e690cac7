from __future__ import annotations

import io

import fsspec
import pytest

from dashmedia.sources import open_source
from dashmedia.sources.manifest import manifest_suffix


@pytest.mark.parametrize(
    ("url", "suffix"),
    [
        ("a.CSV", ".csv"),
        ("https://x/m.jsonl?sig=a.b", ".jsonl"),
        ("/x/what?.parquet", ".parquet"),
        ("a.csv.gz", ""),
        ("looks", ""),
    ],
)
def test_the_kind_is_told_by_the_name(url, suffix):
    assert manifest_suffix(url) == suffix


class ForwardOnly(io.BytesIO):
    def seekable(self):
        return False


def test_a_storage_that_only_reads_forward_will_do(monkeypatch):
    files = fsspec.filesystem("memory")
    monkeypatch.setattr(type(files), "isdir", lambda *_: False)
    monkeypatch.setattr(type(files), "open", lambda *_: ForwardOnly(b"uri\na.jpg\n"))

    assert [o.uri for o in open_source("memory://looks/m.csv")] == ["a.jpg"]


def test_an_original_does_not_print_its_addresses():
    files = fsspec.filesystem("memory")
    files.pipe("/looks/signed.csv", b"uri\nhttps://cdn.example/a.jpg?sig=topsecret\n")

    (original,) = open_source("memory://looks/signed.csv")

    assert "topsecret" not in repr(original)
    assert original.shown == "https://cdn.example/a.jpg?…"
