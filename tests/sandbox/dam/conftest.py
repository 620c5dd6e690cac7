"""A client of the DAM, and the words its searches are made of."""

import httpx
import pytest

MATCH_ALL = {"type": "MATCH_ALL"}


class DamClient:
    """One request each; searches ask for everything unless told otherwise."""

    def __init__(self, running):
        self.env = running.env
        headers = {"Authorization": f"Bearer {self.env['DASH_API_TOKEN']}"}
        self.http = httpx.Client(base_url=self.env["DASH_API_URL"], headers=headers, trust_env=False, timeout=30)
        self.nobody = httpx.Client(base_url=self.env["DASH_API_URL"], trust_env=False, timeout=30)

    def get(self, path):
        return self.http.get(path)

    def result(self, path):
        return self.get(path).json()["result"]

    def search(self, kind, criterion=MATCH_ALL, start=0, size=100, sorts=(), **more):
        body = {"from": start, "pageSize": size, "criterion": criterion, "sorts": list(sorts)}
        return self.http.post(f"/{kind}-searches", json=body | more)

    def events(self, criterion=MATCH_ALL, order="ASC", **more):
        sorts = [{"field": "DATE", "order": order}]
        return self.search("asset-download-event", criterion, **({"sorts": sorts} | more)).json()

    def submit(self, kind, body):
        return self.http.post(f"/{kind}-batch-jobs", json=body)

    def poll(self, kind, job_id):
        return self.http.get(f"/{kind}-batch-jobs/{job_id}")

    def run(self, kind, body, polls=2):
        """A job, after so many polls."""
        answers = [self.submit(kind, body).raise_for_status().json()]
        for _ in range(polls):
            answers.append(self.poll(kind, answers[0]["id"]).json())
        return answers[-1]

    def refresh(self, as_form=False, **change):
        body = {
            "grant_type": "refresh_token",
            "client_id": self.env["DASH_CLIENT_ID"],
            "client_secret": self.env["DASH_CLIENT_SECRET"],
            "refresh_token": self.env["DASH_REFRESH_TOKEN"],
        } | change
        return self.nobody.post("/oauth/token", **({"data": body} if as_form else {"json": body}))

    def close(self):
        self.http.close()
        self.nobody.close()


def rows_of(answer):
    return [one["result"] for one in answer["results"]]


@pytest.fixture(scope="session")
def session_dam(running):
    dam = DamClient(running)
    yield dam
    dam.close()


@pytest.fixture
def dam(sandbox, session_dam):
    return session_dam


@pytest.fixture
def connect_dam():
    opened = []

    def connect(running):
        opened.append(DamClient(running))
        return opened[-1]

    yield connect
    for dam in opened:
        dam.close()


@pytest.fixture
def rows():
    return rows_of


@pytest.fixture
def only(sandbox):
    """Exactly these events and no others; their ids."""

    def only(*events):
        sandbox.forget("events")
        return sandbox.tell("events", [{"date": one} if isinstance(one, str) else one for one in events])

    return only


@pytest.fixture
def ten(only):
    """Ten events, the middle six of one time; their ids."""
    seconds = [0, 1, 5, 5, 5, 5, 5, 5, 8, 9]
    return only(*(f"2026-07-01T00:00:0{second}.000Z" for second in seconds))
