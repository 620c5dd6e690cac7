"""Every snippet of README and docs is run as it stands there, or says above it why not."""

import csv
import json
from collections import Counter

import pytest
import yaml
from support.snippets import LEFT_OUT, PAGES, PARSED, ROOT, RUN, SHOWN, TESTED_ELSEWHERE, Command, Snippet, snippets_of
from support.stories import first_line_not_said, tell

SNIPPETS = [snippet for page in PAGES for snippet in snippets_of(page) if snippet.page not in TESTED_ELSEWHERE]
STORIES = {
    page.relative_to(ROOT).as_posix(): [
        each
        for each in SNIPPETS
        if each.page == page.relative_to(ROOT).as_posix()
        and not each.is_left_out
        and (each.language in RUN or "file" in each.marks)
    ]
    for page in PAGES
}
TOLD = {page: story for page, story in STORIES.items() if story}
READERS = {"json": json.loads, "yaml": yaml.safe_load, "csv": lambda text: _rows(text.splitlines())}


def _rows(lines):
    rows = list(csv.reader(lines, strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def by_place(snippet):
    return snippet.place


@pytest.mark.parametrize("page", TOLD)
def test_the_commands_of_a_page_do_what_it_says(page, clone, env):
    assert tell(TOLD[page], clone, env) == ""


@pytest.mark.parametrize(
    "snippet", [each for each in SNIPPETS if each.language in PARSED and "not run" not in each.marks], ids=by_place
)
def test_a_sample_can_be_read(snippet):
    assert READERS[snippet.language](snippet.text)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=by_place)
def test_a_snippet_is_run_or_says_why_not(snippet):
    known = {*RUN, *PARSED, *SHOWN}

    assert snippet.language in known or "not run" in snippet.marks, f"nobody runs {snippet.language}: say why"
    assert all(len(why.split()) > 2 for mark, why in snippet.marks.items() if mark in LEFT_OUT), "the reason is missing"
    assert not snippet.marks.keys() - {*LEFT_OUT, "file", "until", "ends with"}, "such a mark means nothing"
    assert snippet.language != "console" or snippet.commands or "export " in snippet.text
    assert snippet.language or not snippet.text.startswith(("$ ", "python ", "make ")), "a command without a language"


def test_the_index_counts_what_is_not_run():
    counts = Counter(mark for each in SNIPPETS for mark in each.marks.keys() & LEFT_OUT)
    index = (ROOT / "docs" / "README.md").read_text()

    assert f"{counts['not run']} are never run" in index
    assert f"{counts['only in the tutorial']} only by `make tutorial`" in index


def snippet(text, language="console", **marks):
    return Snippet("page.md", 1, language, text, {name.replace("_", " "): words for name, words in marks.items()})


def test_what_goes_wrong_is_told_with_its_place_and_its_words(tmp_path):
    (tmp_path / "clone").mkdir()
    story = [snippet("$ echo one\none\n$ echo two\nthree\n"), snippet("$ echo no; false\n$ echo never\n")]

    said = tell(story, tmp_path / "clone", {})

    assert "page.md:1: `echo two` did not print “three”" in said
    assert "`echo no; false` ended with 1, expected 0. It said:\nno" in said
    assert "not reached: echo never" in said


def test_files_variables_and_folders_stay_for_the_next_command(tmp_path):
    (tmp_path / "clone").mkdir()
    file = snippet("[1]\n", "json", file="data/one.json")
    story = [file, snippet("$ cd data\n$ export A=2\n"), snippet("$ cat one.json; echo $A; exit_=3\n[1]\n2\n")]
    waits = snippet("$ echo . >> dots; cat dots | tr -d '\\n'\n", until="...")
    fails = snippet("$ cat none\n", ends_with="1")

    assert tell([*story, waits, fails], tmp_path / "clone", {}) == ""


def test_an_ellipsis_stands_for_anything():
    assert first_line_not_said(("a … c", "e"), "x\na b  c\nd\ne") is None
    assert first_line_not_said(("e", "a … c"), "a b c\ne") == "a … c"


def test_what_everybody_fills_in_is_not_run():
    block = snippet("$ export TOKEN=…  # from the app\n$ export HOME_=x\n$ echo \\\n  two\n")

    assert [each.text for each in block.commands] == ["export HOME_=x", "echo \\\n  two"]
    assert Command("export URL=https://…", ()).is_for_the_reader
