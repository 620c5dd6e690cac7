"""How a parameter is called in a form, and the parameters that every flow has."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field


def titled(title: str, **more: Any) -> Any:
    """`Field(title=title, …)` for a parameter of a flow.

    The title is said twice: what makes the form of a flow takes the variable's name for the field's title, and only what is
    written into the schema last is left as it is.

    Args:
        title: what people read above the input; it begins like the variable's name, by which refusals call the parameter.
        more: what `Field` takes, such as `ge=1`.
    """
    return Field(title=title, json_schema_extra={"title": title}, **more)


DryRun = Annotated[bool, titled("Dry run")]
DashBlock = Annotated[str, titled("Dash credentials", min_length=1)]
SocialBlock = Annotated[str, titled("Dash Social credentials", min_length=1)]
