"""The page of figures is what the last recorded runs printed."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks import kept
from benchmarks.__main__ import RUNS, main
from benchmarks.result import Result

ROOT = Path(__file__).parents[2]
MINUTES = {"half an hour": 30, "three quarters of an hour": 45, "an hour": 60}


def test_the_page_holds_the_recorded_figures_and_no_others():
    assert kept.PAGE.read_text() == kept.page(kept.known())


def test_every_figure_is_of_a_benchmark_that_exists_and_has_a_name_of_its_own():
    keys = [result["key"] for each in kept.known().values() for result in each["results"]]

    assert set(kept.known()) <= set(RUNS)
    assert {key.partition(".")[0] for key in keys} <= set(RUNS)
    assert len(keys) == len(set(keys))


def test_readme_and_makefile_say_how_long_all_of_them_took():
    told = re.search(r"^bench: .*\(about ([a-z ]+);", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]

    if set(kept.known()) == set(RUNS) and all(each["seconds"] for each in kept.known().values()):
        assert MINUTES[told] / 2 < kept.minutes_of_all(kept.known()) <= MINUTES[told] * 1.2
    assert f"`make bench` (about {told})" in (ROOT / "README.md").read_text()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "KEPT", tmp_path / "results.json")
    monkeypatch.setattr(kept, "PAGE", tmp_path / "page.md")


RESULTS = [Result("b.one", "ours against one", 3, 2, 1.5, at_least=2), Result("b.two", "against two", 3, 2, 1.5)]


def test_new_figures_take_the_place_of_all_earlier_ones_of_their_benchmark(elsewhere):
    kept.keep("a", "First", [Result("a.one", "a", 1, 1, 1)], 60, ["a", "b"])
    kept.keep("b", "Second", [Result("b.old", "gone", 1, 1, 1)], 60, ["a", "b"])
    kept.keep("b", "Second", RESULTS, 61, ["a", "b"])

    known = json.loads(kept.KEPT.read_text())
    assert known["b"]["results"] == [asdict(each) for each in RESULTS]
    assert list(known) == ["a", "b"]
    assert {"rclone", "s5cmd", "boto3", "prefect"} <= set(known["b"]["versions"])
    page = kept.PAGE.read_text()
    assert page == kept.page(known)
    assert "All of them took 3 minutes." in page
    assert "gone" not in page


def test_a_row_says_whether_its_bound_is_kept_and_that_one_without_is_only_told():
    assert RESULTS[0].row == "| ours against one | 3 | 2 | 1.50 | ≥ 2 | **no** |"
    assert RESULTS[1].row == "| against two | 3 | 2 | 1.50 | none | told only |"
    assert [each.is_kept for each in RESULTS] == [False, True]


def test_a_benchmark_that_does_not_exist_is_told(capsys):
    assert main(["no_such_one"]) == 2
    assert "No such benchmark: no_such_one. There are upload, flow" in capsys.readouterr().err
