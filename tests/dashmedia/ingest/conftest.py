"""A folder, a ledger and the sandbox: one ingestion without Prefect per call."""

import pytest
from support.ingesting import BRANDS, assert_each_once, ingest, settings_of, write_photos


class Place:
    """Where one test's originals and ledger lie."""

    def __init__(self, folder, sandbox):
        self.folder, self.sandbox = folder / "originals", sandbox
        self.ledger = folder / "ledger.sqlite"
        self.settings = settings_of(sandbox)
        self.runs = 0

    def photos(self, count, first=0):
        write_photos(self.folder, count, first)
        return self

    def ingest(self, source=None, **options):
        self.runs += 1
        return ingest(self.settings, source or self.folder, self.ledger, f"run-{self.runs}", **options)

    def faults(self, *rules):
        self.sandbox.tell("faults", list(rules))

    def variant(self, **change):
        self.sandbox.tell("variant", change)

    def assert_every_fault_struck(self):
        """A fault that met no request shows nothing."""
        assert [rule for rule in self.sandbox.ask("faults") if not rule["struck"]] == []

    def requests(self):
        return self.sandbox.ask("requests")

    def assert_each_once(self, brands=BRANDS):
        assert_each_once(self.sandbox, self.folder, brands)


@pytest.fixture
def place(tmp_path, sandbox):
    place = Place(tmp_path, sandbox)
    yield place
    place.assert_every_fault_struck()
