"""Fields, options and folders by the names people know, so that nobody has to write ids."""

from __future__ import annotations

from dashmedia.dam.schema.named_criteria import has_value, in_folder, in_no_folder, is_value
from dashmedia.dam.schema.schema import Schema

__all__ = ["Schema", "has_value", "in_folder", "in_no_folder", "is_value"]
