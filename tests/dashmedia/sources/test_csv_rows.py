from __future__ import annotations

import logging

import pytest

from dashmedia.errors import SourceError
from dashmedia.refusals import Rule

GOOD = "uri,caption\na.jpg,one\nb.jpg,two\n"


def uris(items):
    return [item.uri for item in items]


def test_rows_come_in_order_with_the_numbers_a_table_program_shows(manifest):
    assert [(o.uri, o.row, o.caption) for o in manifest(GOOD)] == [("a.jpg", 2, "one"), ("b.jpg", 3, "two")]


@pytest.mark.parametrize(
    "data", [GOOD.replace(",", ";"), GOOD.replace(",", "\t"), GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD]
)
def test_the_dialects_of_table_programs_are_read(manifest, data):
    assert [o.caption for o in manifest(data)] == ["one", "two"]


def test_column_names_may_have_blanks_and_capitals(manifest):
    assert uris(manifest(" URI , Caption\na.jpg,x\n")) == ["a.jpg"]


def test_a_missing_uri_column_names_the_columns_and_the_nearest(manifest):
    with pytest.raises(SourceError, match=r"no column uri: row 1 names url, caption\. Did you mean to call 'url' uri"):
        manifest("url,caption\na.jpg,x\n")


def test_a_missing_uri_column_without_a_near_name_says_what_to_write(manifest):
    with pytest.raises(SourceError, match=r"row 1 names photo\. Name the column with the paths"):
        manifest("photo\na.jpg\n")


def test_an_empty_file_has_no_column(manifest):
    with pytest.raises(SourceError, match="row 1 names no column"):
        manifest("")


def test_a_column_that_stands_twice_is_named(manifest):
    with pytest.raises(SourceError, match="column caption twice"):
        manifest("uri,caption,Caption\na.jpg,x,y\n")


def test_a_header_without_rows_is_an_error(manifest):
    with pytest.raises(SourceError, match="has a header and no rows"):
        manifest("uri,caption\n")


def test_unknown_columns_are_ignored_and_logged_once(manifest, caplog):
    caplog.set_level(logging.INFO)

    items = manifest("uri,colour,,size\n" + "a.jpg,red,,L\n" * 1_200)

    assert len(items) == 1_200
    assert [r.getMessage() for r in caplog.records if "not read" in r.getMessage()] == [
        caplog.records[0].getMessage(),
    ]
    assert caplog.records[0].getMessage().endswith("columns that are not read: colour, size.")


def test_a_bad_byte_is_named_with_line_column_and_value(manifest):
    data = GOOD.encode() + "c.jpg,café\n".encode("cp1252")

    with pytest.raises(SourceError, match=r"line 4, column caption, holds byte 0xE9 after 'c.jpg,caf'.*Windows-1252"):
        manifest(data)


def test_a_bad_byte_in_the_header_is_named_by_the_columns_number(manifest):
    with pytest.raises(SourceError, match="line 1, column 2, holds byte 0xE9"):
        manifest("uri,café\n".encode("cp1252"))


def test_a_bad_byte_behind_an_open_quote_is_named_too(manifest):
    with pytest.raises(SourceError, match="line 2, column caption, holds byte 0xFF"):
        manifest(b'uri,caption\na.jpg,"x\xff"\n')


def test_a_bad_byte_behind_a_stray_carriage_return_is_named_too(manifest):
    with pytest.raises(SourceError, match="line 2, column uri, holds byte 0xFF"):
        manifest(b"uri,caption\na\rb\xff,x\n")


def test_utf_16_is_recognised(manifest):
    with pytest.raises(SourceError, match=r"is UTF-16 \(line 1, column 1 begins with bytes FF FE\)"):
        manifest(GOOD.encode("utf-16"))


def test_a_line_without_end_is_no_manifest(manifest):
    with pytest.raises(SourceError, match=r"Line 1 of .* is longer than 2,097,152 bytes"):
        manifest(b"x" * 3_000_000)


def test_a_quote_that_is_never_closed_is_named_with_its_row(manifest):
    with pytest.raises(
        SourceError, match=r"cannot be read from row 2 on \(line 2\): unexpected end of data. Look there for a quote"
    ):
        manifest('uri,caption\na.jpg,"one\nb.jpg,two\n')


def test_a_quote_that_is_never_closed_does_not_fill_the_memory(manifest):
    with pytest.raises(SourceError, match=r"field larger than field limit .*quote"):
        manifest('uri,caption\na.jpg,"one\n' + "b.jpg,two\n" * 300_000)


def test_quotes_that_do_not_match_within_a_line_are_refused_and_the_others_go_on(manifest):
    bad, good, last = manifest('uri,caption\na.jpg,"so "great" it is"\nb.jpg,x\nc.jpg,"cut')

    assert [(i.row, i.rule) for i in (bad, last)] == [(2, Rule.BAD_ROW), (4, Rule.BAD_ROW)]
    assert "quotes do not match" in bad.seen
    assert good.uri == "b.jpg"


def test_a_quoted_cell_may_hold_lines_and_delimiters(manifest):
    (original,) = manifest('uri,caption\na.jpg,"one,\ntwo"\n')

    assert original.caption == "one,\ntwo"


def test_ragged_rows_are_refused_and_the_others_go_on(manifest):
    short, long, longer, good = manifest("uri,caption,tags\na.jpg\nb.jpg,x,y,z\nc.jpg,x,y,z,z,z\nd.jpg,x,y\n")

    assert [i.row for i in (short, long, longer, good)] == [2, 3, 4, 5]
    assert short.seen == "it has 1 of the 3 cells that the header names"
    assert long.seen == "it has cells beyond the 3 columns of the header: 'z'"
    assert longer.rule is Rule.BAD_ROW
    assert good.caption == "x"


def test_a_delimiter_at_the_end_of_a_row_does_no_harm(manifest):
    assert uris(manifest("uri,caption\na.jpg,x,\n")) == ["a.jpg"]


def test_empty_lines_are_counted_and_skipped(manifest):
    assert [(o.uri, o.row) for o in manifest("uri\na.jpg\n\nb.jpg\n")] == [("a.jpg", 2), ("b.jpg", 4)]


def test_an_empty_uri_is_refused_by_row(manifest):
    _, empty = manifest("uri,caption\na.jpg,x\n,y\n")

    assert empty.sentence.startswith("row 3: the manifest row cannot be used (column uri: it is empty")


def test_a_cell_of_a_megabyte_is_refused_and_the_others_go_on(manifest):
    huge, good = manifest("uri,caption\na.jpg," + "x" * 1_000_000 + "\nb.jpg,y\n")

    assert (huge.uri, huge.row, huge.rule) == ("a.jpg", 2, Rule.BAD_ROW)
    assert huge.seen == "column caption: a cell of 1,000,000 bytes, expected at most 32,768"
    assert good.uri == "b.jpg"


def test_a_huge_cell_that_nobody_reads_does_no_harm(manifest):
    assert uris(manifest("uri,notes\na.jpg," + "x" * 100_000 + "\n")) == ["a.jpg"]


def test_words_for_nothing_stay_texts_and_empty_cells_are_none(manifest):
    first, second = manifest("uri,caption\na.jpg,NA\nb.jpg,\n")

    assert (first.caption, second.caption) == ("NA", None)


def test_a_row_that_stands_twice_comes_twice_for_the_ledger_to_judge_by_content(manifest):
    assert uris(manifest("uri\na.jpg\na.jpg\n")) == ["a.jpg", "a.jpg"]


def test_lines_that_end_as_on_an_old_mac_are_refused_in_words(manifest):
    with pytest.raises(SourceError, match=r"Row 1 .* carriage return without a new line"):
        manifest("uri\ra.jpg\rb.jpg\r")
