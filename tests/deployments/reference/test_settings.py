"""No variable that the code reads is missing from the page."""

from dashmedia.dam.settings import PREFIX as DASH
from dashmedia.settings import PREFIX as SOCIAL
from deployments.reference.settings import settings_page, variables_read


def test_every_variable_that_the_code_names_is_told():
    page = settings_page()

    # The settings classes put their names together from a prefix; a prefix alone is no variable.
    assert {name for name in variables_read() if f"`{name}`" not in page} == set()
    assert {"DASH_LEDGER_URL", "DASH_EXPORT_POSTGRES_URL"} <= variables_read()
    assert f"`{DASH}API_TOKEN`" in page
    assert f"`{SOCIAL}TOKEN`" in page


def test_no_secret_has_a_default():
    rows = [line for line in settings_page().splitlines() if "| secret" in line]

    assert len(rows) == 4
    assert all("| not set |" in row or "it must be given" in row for row in rows)
