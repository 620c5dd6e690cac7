"""What is sent, held against schemas of every kind."""

import pytest

from dashmedia.contract.bodies import BodyCheck, Vocabulary
from dashmedia.contract.document import Document
from dashmedia.contract.report import Kind

TEXT = {"type": "string"}


def compare(body, schema, **schemas):
    document = Document("vendor.yaml", {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}})
    words = Vocabulary()
    found = BodyCheck(document, "POST things", words, "").compare([body], schema)
    return [(one.kind, one.places[0].rpartition(" ")[2]) for one in [*found, *words.unsent()]]


def obj(required=(), **properties):
    return {"type": "object", "required": list(required), "properties": properties}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({}, []),
        ({"type": "object"}, []),
        ({"type": "object", "additionalProperties": TEXT}, [(Kind.TYPE, "{}")]),
        (obj(name=TEXT, size={"type": "number"}), []),
        (obj(name=TEXT) | {"additionalProperties": True}, []),
        (obj(name=TEXT) | {"additionalProperties": False}, [(Kind.MEMBER, "size")]),
        (obj(name=TEXT, size={"type": "integer", "multipleOf": 2}), [(Kind.LIMIT, "size")]),
        (obj(name={"type": "string", "maxLength": 2}, size={}), [(Kind.LIMIT, "name")]),
        (obj(name={"const": "b"}, size={}), [(Kind.WORD, "name"), (Kind.WORD, "name")]),
        ({"oneOf": [obj(name=TEXT), obj(["name"], name=TEXT, size={"type": "integer"})]}, []),
        ({"allOf": [obj(name=TEXT), obj(size={"type": "integer"})]}, []),
        ({"anyOf": [{"type": "array"}, {"type": "null"}]}, [(Kind.TYPE, "request")]),
    ],
)
def test_an_object_is_compared_member_by_member(schema, found):
    assert compare({"name": "a-name", "size": 3}, schema) == found


@pytest.mark.parametrize(
    "schema", [{}, {"type": ["string", "null"]}, {"anyOf": [TEXT, {"type": "null"}]}, {"enum": ["a", None]}]
)
def test_null_may_be_sent_where_the_file_has_it(schema):
    assert compare({"size": None}, obj(size=schema)) == []


def test_null_that_nobody_takes_is_a_difference():
    assert compare({"size": None}, obj(size=TEXT)) == [(Kind.NULL, "size")]


def test_forms_are_told_apart_by_their_word_and_only_the_one_that_is_meant_is_compared():
    forms = {
        "oneOf": [obj(["type", "a"], type={"const": "A"}, a=TEXT), obj(["type", "b"], type={"const": "B"}, b=TEXT)]
    }

    assert compare({"type": "A", "b": "x"}, forms) == [(Kind.RENAMED, "b"), (Kind.WORD, "type")]


def test_a_form_that_contains_itself_is_compared_as_deep_as_we_send_it():
    tree = obj(["type"], type={"const": "NOT"}, inner={"$ref": "#/components/schemas/Tree"})

    found = compare(
        {"type": "NOT", "inner": {"type": "NOT", "inner": {"type": "NO"}}},
        {"$ref": "#/components/schemas/Tree"},
        Tree=tree,
    )

    assert found[0] == (Kind.WORD, "inner.inner.type")


def test_a_long_list_is_counted_whole():
    assert compare({"ids": ["a"] * 300}, obj(ids={"type": "array", "items": TEXT, "maxItems": 200})) == [
        (Kind.LIMIT, "ids")
    ]
