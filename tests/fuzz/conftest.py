"""A service that says whatever it is told to."""

import pytest
from support.fuzz.answering import Answering


@pytest.fixture(scope="session")
def answering():
    service = Answering()
    yield service
    service.close()
