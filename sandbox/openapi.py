"""What the two services publish of themselves: an OpenAPI document each, made of the bodies that are parsed and of what answers hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

    Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}
ANY: Schema = {}
#: Words of each status that is answered besides success.
REFUSALS = {
    400: "The request means nothing.",
    401: "The token is missing or wrong.",
    403: "The token may not do this.",
    404: "There is nothing of that name.",
    405: "Another method is meant.",
    429: "Too many requests.",
}


def members(required: Mapping[str, Schema], **optional: Schema) -> Schema:
    """An object with at least these members."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def list_of(schema: Schema) -> Schema:
    """Any number of them."""
    return {"type": "array", "items": schema}


def map_of(schema: Schema) -> Schema:
    """Any number of them, by names that nobody knows beforehand."""
    return {"type": "object", "additionalProperties": schema}


def or_null(schema: Schema) -> Schema:
    """It, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def named(name: str) -> Schema:
    """The schema of that name in the same document."""
    return {"$ref": REFERENCE.format(model=name)}


@dataclass(frozen=True)
class Operation:
    """One endpoint.

    Attributes:
        name: as fault rules call it.
        method: HTTP method.
        path: with the names of its parameters in braces.
        answer: what a success holds.
        bodies: what it takes, any of them; none for no body.
        status: of success.
        parameters: schema of each parameter of the path.
        is_guarded: whether it asks for the token.
        refusals: statuses of refusals.
    """

    name: str
    method: str
    path: str
    answer: Schema
    bodies: Sequence[type[BaseModel]] = ()
    status: int = 200
    parameters: Mapping[str, Schema] = field(default_factory=dict)
    is_guarded: bool = True
    refusals: Sequence[int] = tuple(REFUSALS)


def document(
    title: str, server: str, operations: Sequence[Operation], answers: Mapping[str, Schema], refusal: Schema, kind: str
) -> Schema:
    """An OpenAPI document.

    Args:
        title: of the service.
        server: path of the service on this host.
        operations: everything that is served.
        answers: schemas that answers refer to, by name.
        refusal: what the body of a refusal holds.
        kind: media type of that body.
    """
    bodies = {body for one in operations for body in one.bodies}
    ordered = sorted(bodies, key=lambda body: body.__name__)
    of_model, defined = models_json_schema([(body, "validation") for body in ordered], ref_template=REFERENCE)
    taken = {body: of_model[body, "validation"] for body in ordered}
    refused = {
        str(status): {"description": words, "content": {kind: {"schema": refusal}}}
        for status, words in REFUSALS.items()
    }
    paths: Schema = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(
            one, [taken[body] for body in one.bodies], refused
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": defined.get("$defs", {}) | dict(answers),
        },
    }


def _operation(one: Operation, bodies: Sequence[Schema], refused: Mapping[str, Schema]) -> Schema:
    shown: Schema = {
        "operationId": one.name,
        "responses": {
            str(one.status): {"description": "Done.", "content": {"application/json": {"schema": one.answer}}},
            **{str(status): refused[str(status)] for status in one.refusals},
        },
    }
    if bodies:
        schema = bodies[0] if len(bodies) == 1 else {"anyOf": list(bodies)}
        shown["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if one.parameters:
        shown["parameters"] = list(_parameters(one.parameters))
    return shown if one.is_guarded else shown | {"security": []}


def _parameters(schemas: Mapping[str, Schema]) -> Iterable[Schema]:
    for name, schema in schemas.items():
        yield {"name": name, "in": "path", "required": True, "schema": schema}
