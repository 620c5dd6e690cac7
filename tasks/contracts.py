"""A vendor's OpenAPI file, fetched and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia.contract.check import check_contract
from dashmedia.contract.source import read_contract_file, shown

if TYPE_CHECKING:
    from dashmedia.contract.report import ContractReport, System


@task(task_run_name="fetch the OpenAPI file", cache_policy=NO_CACHE, persist_result=False)
def fetch_contract(source: str) -> bytes:
    """The bytes of the file."""
    return read_contract_file(source)


@task(task_run_name="compare {system}", cache_policy=NO_CACHE, persist_result=False)
def compare_contract(system: System, source: str, content: bytes) -> ContractReport:
    """All differences between the file and our client."""
    return check_contract(system, shown(source), content)
