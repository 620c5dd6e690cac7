"""Which pages there are."""

from __future__ import annotations

from deployments.reference.deployed import deployed_page
from deployments.reference.errors import errors_page
from deployments.reference.ledger import ledger_page
from deployments.reference.loading import ROOT
from deployments.reference.parameters import parameters_page
from deployments.reference.refusals import refusals_page
from deployments.reference.reports import reports_page
from deployments.reference.settings import settings_page
from deployments.reference.states import states_page

FOLDER = ROOT / "docs" / "reference"

PAGES = {
    "deployments.md": deployed_page,
    "errors.md": errors_page,
    "ledger.md": ledger_page,
    "parameters.md": parameters_page,
    "refusals.md": refusals_page,
    "reports.md": reports_page,
    "settings.md": settings_page,
    "states.md": states_page,
}


def make_pages() -> dict[str, str]:
    """The text of each page, by file name."""
    return {name: make() for name, make in PAGES.items()}
