"""Looking for secrets in everything that a Prefect server tells whoever asks."""

from collections.abc import Iterator
from urllib.parse import quote

from support.stage import DATABASE_PASSWORD

#: Variables of the environment that hold a secret, and nothing else.
SECRET_VARIABLES = (
    "DASH_SOCIAL_TOKEN",
    "DASH_API_TOKEN",
    "DASH_CLIENT_SECRET",
    "DASH_REFRESH_TOKEN",
    "SANDBOX_S3_SECRET_ACCESS_KEY",
)

#: What is in the query of every presigned URL, and nowhere else.
SIGNATURES = ("X-Amz-Signature=", "X-Amz-Credential=", "X-Amz-Signature%3D")

#: What the server lists, and how much at once.
LISTS = (
    "flows", "flow_runs", "task_runs", "logs", "artifacts", "artifacts/latest", "deployments", "block_documents", "block_types",
    "block_schemas", "variables", "work_pools", "work_queues", "automations", "v2/concurrency_limits",
)  # fmt: skip
PAGE = 200


def find_secrets(env, text):
    """What of the environment's secrets is in a text, by the names of their variables."""
    secrets = {name: env[name] for name in SECRET_VARIABLES} | {"the database's password": DATABASE_PASSWORD}
    words = {word for word, secret in secrets.items() if secret in text or quote(secret, safe="") in text}
    return sorted(words | {sign for sign in SIGNATURES if sign in text})


def find_leaks(env, texts):
    """The same in many texts: names of secrets by where they are, and nothing where there are none."""
    return {where: found for where, text in texts.items() if (found := find_secrets(env, text))}


def everything_told(api):
    """All that the server tells, by what was asked for."""
    texts = {f"{name} {number}": text for name in LISTS for number, text in enumerate(_pages(api, name))}
    texts |= {f"events {number}": text for number, text in enumerate(_events(api))}
    for run in api.post("/flow_runs/filter", json={}).json():
        texts[f"input of {run['name']}"] = api.post(f"/flow_runs/{run['id']}/input/filter", json={}).text
    return texts


def _pages(api, name) -> Iterator[str]:
    offset = 0
    while True:
        answer = api.post(f"/{name}/filter", json={"limit": PAGE, "offset": offset}).raise_for_status()
        yield answer.text
        if len(answer.json()) < PAGE:
            return
        offset += PAGE


def _events(api) -> Iterator[str]:
    answer = api.post("/events/filter", json={"limit": 50}).raise_for_status()
    while True:
        yield answer.text
        if not (following := answer.json()["next_page"]):
            return
        answer = api.get(following).raise_for_status()
