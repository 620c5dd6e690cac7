from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest

from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources.cells import parse_row, readable_uri
from dashmedia.sources.home import Home


def parse(**cells):
    return parse_row(2, {"uri": "a.jpg", **cells}, Home("/looks"))


def test_every_column_arrives():
    original = parse(
        filename="ridge.jpg",
        captured_at="2026-03-01T08:00:00+02:00",
        creator="@ana",
        permalink="https://p/1",
        consent_evidence="release.pdf",
        consent_scope="organic",
        rights_expire_at="2027-01-31T12:00:00Z",
        caption="On a ridge",
        alt_text="A person",
        tags="red; shell",
        campaign="autumn",
    )

    assert (original.uri, original.url, original.filename, original.row) == ("a.jpg", "/looks/a.jpg", "ridge.jpg", 2)
    assert original.captured_at == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert original.rights_expire_at == datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert (original.creator, original.permalink) == ("@ana", "https://p/1")
    assert (original.consent_evidence, original.consent_scope) == ("release.pdf", "organic")
    assert (original.caption, original.alt_text) == ("On a ridge", "A person")
    assert (original.tags, original.campaign) == (("red", "shell"), "autumn")


@pytest.mark.parametrize("nothing", [None, "", "   ", float("nan")])
def test_what_is_missing_is_none_and_never_a_text(nothing):
    assert parse(caption=nothing).caption is None


@pytest.mark.parametrize("text", ["NA", "null", "nan", "None", "n/a"])
def test_words_for_nothing_stay_texts(text):
    assert parse(caption=text).caption == text


def test_numbers_are_written_out():
    assert parse(campaign=2026).campaign == "2026"


def test_a_naive_date_is_read_as_utc():
    assert parse(captured_at="2026-03-01 08:00").captured_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_rights_that_name_a_day_last_through_its_end():
    expires = parse(rights_expire_at="2026-06-30").rights_expire_at

    assert datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC) < expires < datetime(2026, 7, 1, tzinfo=UTC)


def test_a_capture_that_names_a_day_is_its_beginning():
    assert parse(captured_at="2026-06-30").captured_at == datetime(2026, 6, 30, tzinfo=UTC)


def test_dates_of_typed_columns_need_no_parsing():
    assert parse(rights_expire_at=date(2026, 6, 30)).rights_expire_at.day == 30
    assert parse(captured_at=datetime(2026, 6, 30, 1)).captured_at == datetime(2026, 6, 30, 1, tzinfo=UTC)  # noqa: DTZ001
    assert parse(captured_at=pd.NaT).captured_at is None


@pytest.mark.parametrize("text", ["31.12.2026", "soon", "2026-02-30", "1790000000", "03/04/2026"])
def test_an_unreadable_date_is_named_with_its_column(text):
    with pytest.raises(RefusedError, match=r"column rights_expire_at: '.*', expected a date such as") as caught:
        parse(rights_expire_at=text)

    assert caught.value.rule is Rule.BAD_ROW


def test_a_date_outside_the_calendar_is_refused():
    with pytest.raises(RefusedError, match="between the years 1 and 9999"):
        parse(captured_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))))


@pytest.mark.parametrize("uri", [None, "", "  ", float("nan")])
def test_a_row_without_a_uri_is_refused(uri):
    with pytest.raises(RefusedError, match="column uri: it is empty"):
        parse(uri=uri)


def test_a_uri_with_control_characters_is_refused_and_shown_escaped():
    with pytest.raises(RefusedError, match=r"a\\x00b"):
        parse(uri="a\x00b.jpg")


def test_a_cell_that_is_no_text_is_refused():
    with pytest.raises(RefusedError, match="column caption: a dict, expected a text"):
        parse(caption={"en": "x"})


def test_half_a_character_is_refused():
    with pytest.raises(RefusedError, match="column caption: half of a character pair"):
        parse(caption="\ud83d")


@pytest.mark.parametrize("value", ["x" * 32_769, "é" * 16_385])
def test_a_cell_over_the_limit_is_refused_with_its_size(value):
    with pytest.raises(RefusedError, match=r"column caption: a cell of 32,7\d\d bytes, expected at most 32,768"):
        parse(caption=value)


def test_a_cell_at_the_limit_is_read():
    assert len(parse(caption="x" * 32_768).caption) == 32_768


@pytest.mark.parametrize(
    ("tags", "expected"),
    [("a;b, c|a", ("a", "b", "c")), (["x", " y ", None, 3], ("x", "y", "3")), (None, ()), (";;", ())],
)
def test_tags_come_once_each_in_their_order(tags, expected):
    assert parse(tags=tags).tags == expected


def test_a_huge_list_of_tags_is_refused():
    with pytest.raises(RefusedError, match="column tags: a cell of"):
        parse(tags=["x" * 20_000, "y" * 20_000])


@pytest.mark.parametrize(
    ("uri", "given", "name"),
    [
        ("2026-09/a.jpg", None, "a.jpg"),
        ("https://cdn.example/x/my%20look.jpg?w=100", None, "my look.jpg"),
        ("a.jpg", "../../etc/look.jpg", "look.jpg"),
    ],
)
def test_the_name_is_the_last_segment(uri, given, name):
    assert parse(uri=uri, filename=given).filename == name


def test_a_refused_row_shows_its_uri_without_its_query():
    assert readable_uri({"uri": " https://cdn.example/a.jpg?sig=1 "}) == "https://cdn.example/a.jpg?…"
    assert readable_uri({"uri": 7}) == ""
