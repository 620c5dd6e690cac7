from __future__ import annotations

import pytest

from dashmedia.errors import SourceError
from dashmedia.refusals import Rule


@pytest.fixture
def jsonl(manifest):
    return lambda text: manifest(text, "manifest.jsonl")


def test_values_keep_their_meaning(jsonl):
    (original,) = jsonl('{"URI": "a.jpg", "campaign": 12, "caption": null, "tags": ["x", "y"]}\n')

    assert (original.uri, original.row, original.campaign, original.caption) == ("a.jpg", 1, "12", None)
    assert original.tags == ("x", "y")


def test_blank_lines_are_counted_and_skipped(jsonl):
    assert [o.row for o in jsonl('\n{"uri": "a.jpg"}\n\n{"uri": "b.jpg"}')] == [2, 4]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ('{"uri": "a.jpg"', "the line is not JSON"),
        ("[" * 100_000, "the line is not JSON"),
        ('["a.jpg"]', "holds a list, expected an object"),
        ('{"caption": "x"}', "column uri: it is empty"),
        ('{"uri": {"path": "a.jpg"}}', "column uri: a dict"),
    ],
)
def test_a_broken_line_is_refused_and_the_others_go_on(jsonl, line, seen):
    good, bad, last = jsonl('{"uri": "a.jpg"}\n' + line + '\n{"uri": "c.jpg"}\n')

    assert (bad.row, bad.rule) == (2, Rule.BAD_ROW)
    assert seen in bad.seen
    assert (good.uri, last.uri) == ("a.jpg", "c.jpg")


def test_objects_without_a_uri_are_an_error_of_the_whole_manifest(jsonl):
    with pytest.raises(SourceError, match="names path, caption"):
        jsonl('{"path": "a.jpg", "caption": "x"}\n')


def test_no_lines_is_an_error(jsonl):
    with pytest.raises(SourceError, match="has no rows"):
        jsonl("\n\n")
