"""Schemas in their many ways to say one thing."""

import pytest

from dashmedia.contract.document import Document
from dashmedia.contract.schemas import shapes_of, takes_null, words_of
from dashmedia.errors import ContractFileError


def document(**schemas):
    return Document("vendor.yaml", {"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}})


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    "raw",
    [
        {"type": ["string", "null"]},
        {"type": "string", "nullable": True},
        {"oneOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": [{"type": "string"}, {"enum": [None]}]},
        {"nullable": True, "allOf": [{"type": "string"}]},
    ],
)
def test_null_is_understood_in_every_way_it_is_written(raw):
    shapes = shapes_of(document(), raw)

    assert takes_null(shapes)
    assert {name for shape in shapes for name in shape.types} - {"null"} <= {"string"}


def test_parts_of_a_whole_are_one():
    told = document(Base={"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})

    (shape,) = shapes_of(
        told, {"allOf": [ref("Base"), {"properties": {"id": {"minLength": 3}, "size": {}}}], "required": ["size"]}
    )

    assert shape.required == {"id", "size"}
    assert shape.properties["id"] == {"allOf": [{"type": "string"}, {"minLength": 3}]}


def test_parts_that_exclude_each_other_are_nothing():
    assert shapes_of(document(), {"allOf": [{"type": "string"}, {"type": "integer"}]}) == []
    assert shapes_of(document(), {"allOf": [{"enum": ["a"]}, {"const": "b"}]}) == []


def test_a_discriminator_gives_each_form_its_word():
    told = document(Cat={"type": "object", "properties": {"kind": {"type": "string"}}}, Dog={"type": "object"})
    choice = {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": {"MEOW": ref("Cat")["$ref"]}},
    }

    shapes = shapes_of(told, choice)

    assert [shape.properties["kind"]["enum"] for shape in shapes] == [["MEOW"], ["Dog"]]


def test_children_that_refer_to_their_parent_are_its_forms():
    parent = {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"CAT": ref("Cat")["$ref"]}}}
    told = document(Pet=parent, Cat={"allOf": [ref("Pet"), {"properties": {"lives": {"type": "integer"}}}]})

    (shape,) = shapes_of(told, ref("Pet"))

    assert shape.properties == {"lives": {"type": "integer"}, "kind": {"type": "string", "enum": ["CAT"]}}


def test_a_schema_that_contains_itself_is_read_once_a_level():
    told = document(Tree={"type": "object", "properties": {"parent": ref("Tree")}}, Loop={"allOf": [ref("Loop")]})

    (tree,), (loop,) = shapes_of(told, ref("Tree")), shapes_of(told, ref("Loop"))

    assert tree.properties == {"parent": ref("Tree")}
    assert loop.types == frozenset()


def test_more_alternatives_than_anybody_means_are_refused():
    choice = {"oneOf": [{"type": "object", "required": [str(at)]} for at in range(20)]}

    with pytest.raises(ContractFileError, match="more than 256 alternatives"):
        shapes_of(document(), {"allOf": [choice, choice]})


def test_words_of_several_forms_are_told_together_unless_one_takes_any_text():
    few = shapes_of(document(), {"oneOf": [{"const": "a"}, {"enum": ["b", None]}, {"type": "integer"}]})
    any_text = shapes_of(document(), {"oneOf": [{"const": "a"}, {"type": "string"}]})

    assert words_of(few) == {"a", "b"}
    assert words_of(any_text) is None


def test_bounds_of_openapi_3_0_read_as_those_of_3_1():
    old, new = {"maximum": 5, "exclusiveMaximum": True}, {"exclusiveMaximum": 5}

    assert shapes_of(document(), old)[0].bounds == shapes_of(document(), new)[0].bounds


@pytest.mark.parametrize(
    "bounds", [{"pattern": "\\p{L}+"}, {"maximum": "99"}, {"multipleOf": 0}, {"format": ["date"]}, {"maximum": True}]
)
def test_bounds_that_nothing_can_be_held_against_are_left_out(bounds):
    assert shapes_of(document(), {"type": ["string", 5], "required": ["a", ["b"]], **bounds})[0].bounds == {}
