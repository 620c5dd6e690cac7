"""How a schema is said to people."""

import pytest

from deployments.reference.schema_words import default_words, type_words

DEFINITIONS = {"Format": {"enum": ["parquet", "csv"], "type": "string"}, "Pace": {"properties": {}, "type": "object"}}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 1000000}, "whole number, at least 1, at most 1,000,000"),
        ({"type": "number", "exclusiveMinimum": 0}, "number, more than 0"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "day, or empty"),
        ({"type": "array", "items": {"$ref": "#/definitions/Format"}, "minItems": 1}, "list of one of `parquet`, `csv`, 1 or more"),
        ({"$ref": "#/definitions/Pace"}, "[Pace](#pace)"),
        ({}, "anything"),
    ],
)  # fmt: skip
def test_a_type_and_its_bounds_are_words(schema, words):
    assert type_words(schema, DEFINITIONS) == words


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "none: it must be given"),
        ({"default": None}, "empty"),
        ({"default": False}, "`false`"),
        ({"default": [{"name": "a", "more": "x" * 60}, {"name": "b"}]}, "“a”, “b”"),
        (
            {"default": {"first_s": 0.5, "longest_s": 30.0, "budget_s": 3600.0, "more": 10000}},
            "its own defaults, below",
        ),
    ],
)
def test_a_default_is_said_as_shortly_as_it_can_be(schema, words):
    assert default_words(schema) == words
