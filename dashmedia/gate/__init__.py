"""The gate: which originals may go on, and for the others the rule they break and the value seen."""

from dashmedia.gate.checks import check
from dashmedia.gate.rules import Checked, GateRules
from dashmedia.gate.stored import open_checked

__all__ = ["Checked", "GateRules", "check", "open_checked"]
