"""Parameters of a flow, looked at before it starts: what is wrong with them in sentences, all at once."""

from __future__ import annotations

import re
from inspect import Parameter, Signature, signature
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import ConfigDict, ValidationError, create_model

from dashmedia.errors import SettingsError, clip
from dashmedia.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

#: How much of a value is shown, in characters.
SEEN_MAX = 60


def require_valid(of: Callable[..., Any], given: dict[str, Any]) -> None:
    """Hold what was given against the annotations of a flow's function.

    Args:
        of: the function whose parameters they are.
        given: values by parameter; those with a default may be missing.

    Raises:
        SettingsError: one sentence for each thing that is wrong: which, what was seen, what is allowed.
    """
    declared = signature(of, eval_str=True).parameters
    fields: dict[str, Any] = {name: (declared[name].annotation, ...) for name in given}
    model = create_model("Parameters", __config__=ConfigDict(arbitrary_types_allowed=True), **fields)
    try:
        model.model_validate(given)
    except ValidationError as error:
        raise SettingsError(sentences(error)) from error


def sentences(error: ValidationError, owner: str = "") -> str:
    """One line for each complaint of pydantic's, in words for a person at a command line.

    Args:
        error: what pydantic found.
        owner: the parameter that it looked at, where that is not in the error itself.
    """
    # A value that fits no member of a union has a complaint for each of them; the first is about what people write.
    firsts: dict[str, str] = {}
    for one in error.errors(include_url=False):
        firsts.setdefault(option := _option(one, owner), _sentence(option, one))
    # A list of which an item is wrong is said to be empty as well.
    return "\n".join(
        said
        for option, said in firsts.items()
        if not any(other.startswith((f"{option}[", f"{option}.")) for other in firsts)
    )


def _option(one: ErrorDetails, owner: str) -> str:
    """`--rules[0].name` for what pydantic calls ("rules", 0, "name")."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in (owner, *one["loc"]) if step != "")
    return f"--{path.removeprefix('.').replace('_', '-')}"


def _sentence(option: str, one: ErrorDetails) -> str:
    if one["type"] == "missing":
        return f"{option}: nothing was given, and it is required."
    allowed = one["msg"].removeprefix("Value error, ").rstrip(".")
    allowed = re.sub(r"^\w+ should", "it should", allowed)
    if one["type"] == "extra_forbidden":
        allowed = "there is no such parameter"
    seen = repr(one["input"]) if isinstance(one["input"], str) else str(one["input"])
    return f"{option}: {clip(redact(seen), SEEN_MAX)} was given; {allowed}."


def without_bounds(plain: Signature) -> Signature:
    """The same parameters with types only, for what reads words of a command line and need not know more."""
    return plain.replace(parameters=[_bare_parameter(one) for one in plain.parameters.values()])


def _bare_parameter(one: Parameter) -> Parameter:
    return one.replace(annotation=_bare(one.annotation))


def _bare(annotation: Any) -> Any:
    """`tuple[int, ...] | None` of `Annotated[tuple[Annotated[int, …], ...] | None, …]`."""
    origin, held = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bare(held[0])
    if origin in {Union, UnionType}:
        return Union[tuple(_bare(one) for one in held)]  # noqa: UP007 - made at run time
    if origin in {tuple, list}:
        return origin[tuple(one if one is ... else _bare(one) for one in held)]
    return annotation
