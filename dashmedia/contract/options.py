"""The parameter types of `contract_check`."""

from __future__ import annotations

from typing import Annotated

from dashmedia.contract.report import System
from dashmedia.forms import titled

Which = Annotated[System, titled("System")]
Source = Annotated[str, titled("Source: the OpenAPI file", min_length=1, max_length=2_000)]
