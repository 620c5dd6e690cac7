"""Members of parsed JSON: what a value is, said without its content, which may be a secret."""

from __future__ import annotations

from typing import Any

#: Largest whole number that every database keeps: of 64 bits with a sign.
_LARGEST = 2**63 - 1
_MAX_DIGITS = len(str(_LARGEST))


def describe(value: Any) -> str:
    """The kind of a value and the names of its members, without its content."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"an object with {', '.join(map(str, value)) or 'no members'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"text of {len(value)} characters" if isinstance(value, str) else f"a {type(value).__name__}"


def as_count(value: Any) -> int | None:
    """A whole number from 0 to the largest of 64 bits, also when it is written as text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else None


def as_object(value: Any) -> dict[str, Any]:
    """An object as it is; an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """Text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None
