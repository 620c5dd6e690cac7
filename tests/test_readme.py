"""What README and docs say exists, exists."""

import re
from pathlib import Path

import pytest

from dashmedia.sources import Original

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_is_one(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z]+)`", page.read_text())) <= targets


def test_the_tree_names_every_folder_and_no_other():
    told = set(re.findall(r"^([a-z]+)/ ", README, re.MULTILINE))

    there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    assert told == there - {"build", "dist"}


def test_every_flow_is_named():
    flows = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}

    assert [flow for flow in flows if flow not in README] == []


def test_every_column_of_a_manifest_is_named():
    columns = set(Original.__dataclass_fields__) - {"url", "row"}
    assert [column for column in columns if column not in README] == []
