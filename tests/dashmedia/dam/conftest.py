from __future__ import annotations

import json

import httpx
import pytest
from pydantic import SecretStr

from dashmedia.dam import DashClient
from dashmedia.http import Api
from dashmedia.rate import RateBudget, RequestTally


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
def client(dash, fake_time):
    api = Api(
        "https://dash.example",
        SecretStr("tok-5ecret"),
        budget=RateBudget(100_000, **fake_time.args),
        tally=RequestTally(),
        transport=httpx.MockTransport(dash),
        **fake_time.args,
    )
    yield DashClient(api)
    api.close()


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
