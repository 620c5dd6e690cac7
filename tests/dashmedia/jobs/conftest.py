from __future__ import annotations

import json

import httpx
import pytest

from dashmedia.dam.job_models import JobKind
from dashmedia.jobs import JobPace, JobRunner
from dashmedia.ledger import Ledger

KIND = JobKind.LIFECYCLE
PATH = f"/{KIND}-batch-jobs"
BODY = {"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_ID", "ids": ["a-1"]}}


class Service:
    """A service of jobs: `submits` and `looks` are played one after the other, the last for ever."""

    def __init__(self):
        self.submits, self.looks, self.submitted, self.looked = [(200, {"id": "j-1", "type": "IN_PROGRESS"})], [], 0, []

    def __call__(self, request):
        path = request.url.path
        if request.method == "POST":
            assert (path, json.loads(request.read())) == (PATH, BODY)
            self.submitted += 1
            return self._play(self.submits)
        self.looked.append(path.removeprefix(f"{PATH}/"))
        return self._play(self.looks)

    def _play(self, script):
        entry = script.pop(0) if len(script) > 1 else script[0]
        if callable(entry):
            entry = entry()
        if isinstance(entry, Exception):
            raise entry
        status, content = entry
        return httpx.Response(status, json=content)


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def client(service, played):
    with played(service) as client:
        yield client


@pytest.fixture
def ledger(tmp_path, fake_time):
    with Ledger.open(tmp_path / "ledger.sqlite3", clock=fake_time.wall) as opened:
        yield opened


@pytest.fixture
def runner(client, ledger, fake_time):
    """A runner of a run of its own, by number."""

    def make(run_id="run-1", on_progress=None, sleep=None, **pace):
        run = ledger.start_run(run_id, flow="promote_lifecycle", source="rules")
        times = {"clock": fake_time.clock, "sleep": sleep or fake_time.sleep}
        return JobRunner(client, ledger, run, pace=JobPace(**pace), on_progress=on_progress, **times)

    return make
