"""An OpenAPI document, 3.0 or 3.1, as parsed once: refused by name when it is anything else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import yaml

from dashmedia.errors import ContractFileError, clip
from dashmedia.members import as_object, as_text

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")

#: Members whose value is data and not description: what looks like a reference in there is none.
_DATA = frozenset({"example", "examples", "default", "enum", "const"})

#: How deep a document may be nested. Ours; real ones stay below 60.
_MAX_DEPTH = 200


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # one of the two is there
    """YAML as JSON has it: no dates, and yes, no, on and off are words."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, words) for tag, words in known if tag.rpartition(":")[2] not in {"timestamp", "bool"}]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        path: as the file writes it, with `{…}`.
        method: in upper case.
        raw: its description.
        shared: the description of the path as a whole.
    """

    path: str
    method: str
    raw: dict[str, Any] = field(repr=False)
    shared: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Document:
    """The whole file.

    Attributes:
        name: where it was read, for messages.
        raw: its content.
    """

    name: str
    raw: dict[str, Any] = field(repr=False)
    #: What `schemas.shapes_of` found, by the identity of a raw schema, which is kept so that the identity stays its own.
    shapes: dict[int, tuple[Any, Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def version(self) -> str:
        """Of OpenAPI, such as `3.1.0`."""
        return str(self.raw["openapi"])

    @property
    def title(self) -> str:
        """Title and version of what it describes."""
        info = as_object(self.raw.get("info"))
        return clip(f"{info.get('title') or 'an API without a title'} {info.get('version') or ''}".strip(), 80)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every method of every path, in the order of the file."""
        return tuple(
            Operation(path, method.upper(), as_object(shared[method]), shared)
            for path, item in as_object(self.raw["paths"]).items()
            for shared in [as_object(self.follow(item))]
            for method in METHODS
            if method in shared
        )

    def follow(self, value: Any) -> Any:
        """What a reference leads to, also over several steps; anything else as it is."""
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = self.at(value["$ref"])
        return value

    def at(self, ref: str) -> Any:
        """What stands where a reference of the form `#/components/…` points.

        Raises:
            ContractFileError: there is nothing, or it points to another file.
        """
        if ref != "#" and not ref.startswith("#/"):
            raise ContractFileError(
                self.name, f"{clip(ref, 100)} points to another file; bundle them into one first, then run again"
            )
        found: Any = self.raw
        for step in ref.split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(key)] if isinstance(found, list) else found[key]
            except (KeyError, IndexError, TypeError, ValueError):
                raise ContractFileError(self.name, f"{clip(ref, 100)} leads to nothing in it") from None
        return found


def parse_document(name: str, content: bytes) -> Document:
    """The document in these bytes.

    Args:
        name: where they come from, for messages.
        content: JSON or YAML in UTF-8.

    Raises:
        ContractFileError: it is not OpenAPI 3.0 or 3.1, or one of its references cannot be followed.
    """
    raw = _parsed(name, content)
    if not isinstance(raw, dict):
        raise ContractFileError(name, f"it is not OpenAPI: {_kind(raw)}, expected an object with `openapi` and `paths`")
    _require_version(name, raw)
    if not isinstance(raw.get("paths"), dict):
        raise ContractFileError(name, "it has no `paths`, so it describes no endpoint")
    document = Document(name, raw)
    _require_references(document)
    return document


def _parsed(name: str, content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractFileError(name, "it is not text in UTF-8") from error
    start = text.lstrip()[:200].lower()
    if start.startswith("<"):
        raise ContractFileError(
            name, "it is a web page (or XML) and no OpenAPI file; look on that page for a link to openapi.yaml or .json"
        )
    if not start:
        raise ContractFileError(name, "it is empty")
    try:
        return _text_keys(json.loads(text) if start.startswith("{") else yaml.load(text, _Plain), name, {}, 0)  # noqa: S506  # made from the safe loader
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise ContractFileError(name, f"it is neither JSON nor YAML: {clip(str(error))}") from error


def _text_keys(value: Any, name: str, done: dict[int, Any], depth: int) -> Any:
    """The same with text for every key: YAML reads the status `200:` as a number.

    What YAML's anchors share stays shared, so that a small file cannot become a large one.
    """
    if depth > _MAX_DEPTH:
        raise ContractFileError(name, f"it is nested more than {_MAX_DEPTH} deep")
    if not isinstance(value, dict | list):
        return value
    if id(value) not in done:
        if isinstance(value, dict):
            done[id(value)] = {str(key): _text_keys(one, name, done, depth + 1) for key, one in value.items()}
        else:
            done[id(value)] = [_text_keys(one, name, done, depth + 1) for one in value]
    return done[id(value)]


def _require_version(name: str, raw: dict[str, Any]) -> None:
    told = str(raw.get("openapi") or "")
    if told.startswith(("3.0", "3.1")):
        return
    if "swagger" in raw:
        seen = f"it is Swagger {raw['swagger']}; convert it to OpenAPI 3 first"
    elif told:
        seen = f"it is OpenAPI {clip(told, 20)}; 3.0 and 3.1 are understood"
    else:
        seen = f"it is not OpenAPI: it has no member `openapi`, but {clip(', '.join(raw), 100) or 'no members'}"
    raise ContractFileError(name, seen)


def _require_references(document: Document) -> None:
    """Every reference leads somewhere, and none to itself by references alone."""
    waiting: list[Any] = [document.raw]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict):
            _require_reference(document, one)
            waiting += [value for key, value in one.items() if key not in _DATA]
        elif isinstance(one, list):
            waiting += one


def _require_reference(document: Document, one: dict[str, Any]) -> None:
    passed: list[str] = []
    found: Any = one
    while isinstance(found, dict) and (ref := as_text(found.get("$ref"))):
        if ref in passed:
            raise ContractFileError(document.name, f"{' → '.join([*passed, ref])} is a circle of references")
        passed.append(ref)
        found = document.at(ref)


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a single value"
