"""JSON schema, as Prefect makes it of a flow's parameters, in words."""

from __future__ import annotations

import json
from typing import Any

PLAIN = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "JSON object",
}

#: Kinds of text that have a word of their own.
FORMATS = {"date": "day", "date-time": "time", "password": "secret", "uri": "URL"}

#: Bounds, and how they are said. Those of lists count members, those of texts characters.
BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "{} or more characters",
    "maxLength": "at most {} characters",
    "minItems": "{} or more",
    "maxItems": "at most {}",
}

#: A default that is longer is told by the names of its members, or not at all.
LONGEST_DEFAULT = 60

Schema = dict[str, Any]


def type_words(schema: Schema, definitions: dict[str, Schema]) -> str:
    """What may be given, with its bounds."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        target = definitions[name]
        return f"[{name}](#{name.lower()})" if "properties" in target else type_words(target, definitions)
    if "anyOf" in schema:
        kinds = [type_words(each, definitions) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(kinds) + (", or empty" if len(kinds) < len(schema["anyOf"]) else "")
    return ", ".join([_kind(schema, definitions), *_bounds(schema)])


def _kind(schema: Schema, definitions: dict[str, Schema]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_words(schema.get('items', {}), definitions)}"
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return PLAIN.get(schema.get("type", ""), "anything")


def _bounds(schema: Schema) -> list[str]:
    words = [said.format(f"{schema[name]:,}") for name, said in BOUNDS.items() if name in schema]
    # One character or more is what everybody expects of a text that is asked for.
    return [each for each in words if each != "1 or more characters"]


def default_words(schema: Schema) -> str:
    """What holds when nothing is given."""
    if "default" not in schema:
        return "none: it must be given"
    default = schema["default"]
    if default in (None, "", [], ()):
        return "empty"
    written = json.dumps(default, ensure_ascii=False, default=str)
    if len(written) <= LONGEST_DEFAULT:
        return f"`{written}`"
    names = [each["name"] for each in default if isinstance(each, dict) and "name" in each]
    return ", ".join(f"“{name}”" for name in names) or "its own defaults, below"
