from __future__ import annotations

import json

import httpx
import pytest

from dashmedia.dam import DashSettings, open_dash
from dashmedia.rate import RequestTally


class Dash:
    """Answers by method and path, from `answers`; a callable gets the parsed body; remembers what was asked."""

    def __init__(self):
        self.answers, self.requests = {}, []

    def __call__(self, request):
        path = request.url.raw_path.decode()
        body = json.loads(request.read() or b"null")
        self.requests.append((request.method, path, body))
        told = self.answers.get((request.method, path), (404, {"message": "There is none."}))
        status, content = told(body) if callable(told) else told
        return httpx.Response(status, json=content)

    def asked(self, path):
        return sum(one[1] == path for one in self.requests)


@pytest.fixture
def dash():
    return Dash()


@pytest.fixture
def client(dash, played):
    with played(dash) as client:
        yield client


def make_asset(asset_id, filename="a.jpg", **values):
    return {
        "id": asset_id,
        "lifecycleStatus": {"state": "LIVE"},
        "currentAssetFile": {"id": f"file of {asset_id}", "filename": filename},
        "metadata": {"values": {name: list(told) for name, told in values.items()}},
    }


@pytest.fixture
def asset():
    return make_asset


@pytest.fixture
def tally():
    return RequestTally()


@pytest.fixture
def live(sandbox, tally):
    """A client of the sandbox; its requests are in `tally`."""
    env = {name: value for name, value in sandbox.env.items() if name.startswith("DASH_")}
    settings = DashSettings.from_env(env | {"DASH_REQUESTS_PER_MINUTE": "100000"})
    with open_dash(settings, tally=tally) as client:
        yield client
