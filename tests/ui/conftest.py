"""One stage and one browser for the tests of a module."""

import pytest
from support.browsing import MISSING, find_browser, open_screen
from support.stage import open_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    if not find_browser():
        pytest.skip(MISSING)
    with open_stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture(scope="module")
def screen(stage):
    # Module and not session: while it is open, nothing else may run an event loop in this thread.
    with open_screen(stage.ui_url) as screen:
        yield screen
