"""A folder of files, a ledger and the sandbox, whose parts are so small that little files have many."""

import sqlite3
from contextlib import ExitStack, contextmanager

import pytest
from support.delivering import FOLDER, PART, Uploading, assert_each_once, checked, settings_of, write_files


class Place:
    """Where one test's files and ledger lie."""

    def __init__(self, folder, sandbox):
        self.folder, self.sandbox = folder / "files", sandbox
        self.ledger = folder / "ledger.sqlite"
        self.settings = settings_of(sandbox)
        self.runs = 0

    def files(self, *sizes, seed=1):
        return write_files(self.folder, *sizes, seed=seed)

    @contextmanager
    def run(self, **options):
        self.runs += 1
        with ExitStack() as stack:
            yield Uploading(stack, self.settings, self.ledger, f"run-{self.runs}", **options)

    def deliver(self, paths, folder=FOLDER, **options):
        with self.run(**options) as run:
            return run.upload([checked(path) for path in paths], folder)

    def faults(self, *rules):
        self.sandbox.forget("faults")
        self.sandbox.tell("faults", list(rules))

    def variant(self, **change):
        self.sandbox.forget("variant")
        self.sandbox.tell("variant", {"part_bytes": PART, "job_polls": 0, "part_storage": "front"} | change)

    def requests(self):
        return self.sandbox.ask("requests")

    def uploads(self):
        return self.sandbox.ask("uploads")

    def originals(self):
        return self.sandbox.ask("originals")

    def edit_ledger(self, statement):
        with sqlite3.connect(self.ledger) as connection:
            connection.execute(statement)
        connection.close()

    def assert_each_once(self, paths, folder=FOLDER):
        assert_each_once(self.sandbox, paths, folder)


@pytest.fixture
def place(tmp_path, sandbox):
    made = Place(tmp_path, sandbox)
    made.variant()
    return made
