"""Compare a vendor's OpenAPI file with what we send and read.

Called by the deployment `contract-check` (UI), and by hand: `python -m flows.contract_check dash openapi.yaml`.
"""

from prefect import flow

from dashmedia.contract.options import Source, Which
from dashmedia.contract.report import ContractReport
from tasks.command_line import run_from_command_line
from tasks.contract_reports import conclude_check
from tasks.contracts import compare_contract, fetch_contract
from tasks.endings import ends_plainly


@flow(flow_run_name="compare contract of {system}")
@ends_plainly
def contract_check(system: Which, source: Source) -> ContractReport:
    """Every difference between a vendor's OpenAPI file and what our clients send and read is listed.

    Nothing is called but the address of the file, and nothing is written. The run fails when a difference would break a call
    of ours; what is only additional is a note.

    Args:
        system: Whose file it is: `dash` for the DAM, `dash-social` for Dash Social's library.
        source: Where the file is: a path, any fsspec URL, or an https:// address. JSON or YAML, OpenAPI 3.0 or 3.1.
    """
    content = fetch_contract(source)
    report = compare_contract(system, source, content)
    return conclude_check(report)


if __name__ == "__main__":
    run_from_command_line(contract_check)
