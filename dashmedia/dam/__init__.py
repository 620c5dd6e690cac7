"""Dash, the DAM: who am I, search, look up by id. `wire` holds every spelling of the API, `models` what the program sees of it."""

from __future__ import annotations

from dashmedia.dam.client import DashClient, open_dash
from dashmedia.dam.events import DashEvents
from dashmedia.dam.names import AssetName, Names
from dashmedia.dam.settings import DashSettings

__all__ = ["AssetName", "DashClient", "DashEvents", "DashSettings", "Names", "open_dash"]
