"""Recipes, one file per verb phrase. They are run from the repository root and never installed."""

from dashmedia.interrupts import leave_quietly_while_loading

leave_quietly_while_loading("flows.*")
