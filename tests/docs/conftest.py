"""A folder that looks like a clone with its environment made, in which the commands of a page are run."""

import pytest
from support.snippets import ROOT
from support.warm_python import warm_python

#: What a clone has; the rest of the folder was made by running.
NOT_IN_A_CLONE = {"build", "dist", "__pycache__"}


@pytest.fixture(scope="session")
def python(server):
    with warm_python(server.env) as folder:
        yield folder


@pytest.fixture
def env(server, sandbox, python, tmp_path):
    return {
        **server.env,
        **sandbox.env,
        "PATH": f"{python}:/usr/bin:/bin",
        "DASH_SOCIAL_PAGE_PAUSE_S": "0",
        "DASH_REQUESTS_PER_MINUTE": "100000",
        "DASH_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.sqlite",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
    }


@pytest.fixture
def clone(python, tmp_path):
    """Every folder and file of ours, none of the folders in which commands leave something."""
    folder = tmp_path / "clone"
    (folder / ".venv").mkdir(parents=True)
    (folder / ".venv" / "bin").symlink_to(python)
    (folder / ".venv" / ".ready").touch()
    for path in ROOT.iterdir():
        if not path.name.startswith(".") and path.name not in NOT_IN_A_CLONE:
            (folder / path.name).symlink_to(path)
    return folder
