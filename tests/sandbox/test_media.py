from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import av
import pytest
from PIL import Image

from dashmedia.gate import Checked, GateRules, check
from dashmedia.refusals import Refusal
from dashmedia.sources import open_source
from sandbox.media import make_many, make_media

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return make_media(tmp_path_factory.mktemp("media") / "looks", seed=7)


def results_of(summary):
    for item in open_source(str(summary.manifest)):
        yield item if isinstance(item, Refusal) else check(item, GateRules())


def test_the_gate_refuses_exactly_what_was_spoilt(media):
    results = list(results_of(media))
    passed = [r for r in results if isinstance(r, Checked)]
    repeated = len(passed) - len({r.sha256 for r in passed})

    assert len(results) == media.rows == 60
    assert Counter(r.rule for r in results if isinstance(r, Refusal)) + Counter(duplicate=repeated) == media.refused
    assert Counter(r.content_type for r in passed) == {"image/jpeg": 38, "image/png": 8, "video/mp4": 4}


def test_the_films_can_be_played(media):
    films = sorted(media.folder.glob("*/clip-*.mp4"))

    for film in films:
        with av.open(str(film)) as container:
            frames = sum(1 for _ in container.decode(video=0))

        assert frames == 24
    assert len(films) == 4


def test_the_same_seed_gives_the_same_set(media, tmp_path):
    again = make_media(tmp_path / "again", seed=7)
    other = make_media(tmp_path / "other", seed=8)

    assert tree(again.folder) == tree(media.folder)
    assert tree(other.folder) != tree(media.folder)


def tree(folder):
    """Every file with its hash; of an MP4 the name alone, since its encoder once gave other bytes for the same frames."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder): path.suffix == ".mp4" or hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.mark.parametrize("size", [4_096, 70_000, 200_000])
def test_many_are_valid_distinct_and_exactly_as_large_as_asked(tmp_path, size):
    summary = make_many(tmp_path, 12, seed=3, bytes_each=size)

    passed = list(results_of(summary))

    assert all(isinstance(r, Checked) for r in passed)
    assert len({r.sha256 for r in passed}) == 12
    assert {r.size for r in passed} == {size}
    assert summary.bytes == 12 * size


def test_most_of_each_of_many_is_picture(tmp_path):
    make_many(tmp_path, 1, bytes_each=200_000)

    with Image.open(tmp_path / "000/look-000000.jpg") as image:
        assert len(image.info["comment"]) < 20_000


@pytest.mark.parametrize("spare", range(1, 9))
def test_any_small_rest_is_filled_exactly(spare):
    from sandbox.media import _with_comment  # noqa: PLC0415 - what this test is about

    base = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xd9"
    size = len(base) + 65_537 + 3 + spare

    assert len(_with_comment(base, "serial", size)) == size


def test_a_size_too_small_for_a_photo_is_refused(tmp_path):
    with pytest.raises(ValueError, match="4,096 or more"):
        make_many(tmp_path, 1, bytes_each=100)


def test_the_command_says_what_it_wrote(tmp_path):
    command = [
        sys.executable,
        "-m",
        "sandbox.media",
        str(tmp_path / "x"),
        "--many",
        "3",
        "--bytes",
        "5000",
        "--seed",
        "2",
    ]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said == f"{tmp_path / 'x' / 'manifest.csv'}: 3 rows, 15,000 bytes of media.\n"
