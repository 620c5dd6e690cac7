"""From the bytes of a body to what was asked, or to a refusal that says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sandbox.dam.refusal import RefusedError

Model = TypeVar("Model", bound=BaseModel)


def read_json(raw: bytes) -> Any:
    """Any JSON, with texts that can be kept.

    Raises:
        RefusedError: 400, it is none, is nested too deep, or holds half of a character.
    """
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "Failed to read request: body: it is not JSON.") from error
    return value


def parsed(model: type[Model], body: Any) -> Model:
    """A JSON value as `model`.

    Raises:
        RefusedError: 400, in the words that are known, and behind them the first thing that is wrong.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_context=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise RefusedError(400, f"Failed to read request: {where}: {first['msg']}.") from error
