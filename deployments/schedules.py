"""Whether runs start without a person: schedules, and automations that start a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "DASHMEDIA_SCHEDULES"

WORDS = {"on": True, "off": False}


def starts_by_itself(env: Mapping[str, str]) -> bool | None:
    """What the environment says; None when it says nothing: then what is new is off, and what is there stays as people left it.

    Raises:
        SettingsError: it says something else than on or off.
    """
    said = env.get(VARIABLE, "").strip().lower()
    if said and said not in WORDS:
        raise SettingsError(f"{VARIABLE} is {said}. Expected on or off.")
    return WORDS.get(said)
