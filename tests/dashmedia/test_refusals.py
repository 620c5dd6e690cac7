from __future__ import annotations

import pytest

from dashmedia.refusals import Refusal, RefusedError, Rule, shown_uri


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_sentence_with_what_was_seen_and_a_next_step(rule):
    sentence = Refusal("looks/a.jpg", 7, rule, "the value").sentence

    assert sentence.startswith("looks/a.jpg (row 7): ")
    assert "(the value). " in sentence
    assert sentence.endswith(".")


def test_a_row_without_a_uri_is_named_by_its_number():
    assert Refusal("", 7, Rule.BAD_ROW, "x").sentence.startswith("row 7: ")


def test_a_file_in_a_folder_is_named_by_its_path_alone():
    assert Refusal("a.jpg", None, Rule.FILE_EMPTY, "0 bytes").sentence.startswith("a.jpg: ")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://user:secret@cdn.example/a.jpg", "https://…@cdn.example/a.jpg"),
        ("https:user:secret@cdn.example/a.jpg", "https:…@cdn.example/a.jpg"),
        ("https://cdn.example/a.jpg?X-Amz-Signature=abc", "https://cdn.example/a.jpg?…"),
        ("https://cdn.example/@ana/a.jpg", "https://cdn.example/@ana/a.jpg"),
        ("what?.jpg", "what?.jpg"),
        ("a\x00b\ud800.jpg", "a\\x00b\\ud800.jpg"),
    ],
)
def test_a_uri_is_shown_without_credentials_query_or_control_characters(uri, shown):
    assert shown_uri(uri) == shown


def test_a_long_uri_is_clipped():
    assert len(shown_uri("a" * 5_000)) == 200


def test_a_long_value_is_clipped():
    assert len(RefusedError(Rule.BAD_ROW, "a" * 5_000).seen) == 200
