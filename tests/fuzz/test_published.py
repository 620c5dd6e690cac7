"""What the sandbox publishes of itself holds: schemathesis finds nothing. `make fuzz` looks much longer."""

import httpx
import pytest
from support.fuzz.published import findings

from dashmedia.contract.check import OURS
from dashmedia.contract.learning import sample_of


@pytest.mark.parametrize("service", ["social", "dam"])
def test_the_sandbox_answers_as_its_own_description_says(service, sandbox):
    failed, said = findings(sandbox, service, examples=1, phases=["fuzzing"])

    assert int(said.split()[0].replace(",", "")) >= 5, said
    assert failed == 0, said


@pytest.mark.parametrize(("system", "name"), [("dash-social", "DASH_SOCIAL_API_URL"), ("dash", "DASH_API_URL")])
def test_every_call_of_our_clients_is_described(system, name, sandbox):
    paths = httpx.get(f"{sandbox.env[name]}/openapi.json", trust_env=False).json()["paths"]

    described = {
        (method.upper(), path.rstrip("}").rpartition("{")[0] or path) for path, all_ in paths.items() for method in all_
    }
    sent = {(one.method, one.path) for call in OURS[system].calls for one in sample_of(call, 0).sent}
    unknown = [
        one for one in sent if not any(one[0] == method and _fits(one[1], path) for method, path in _known(paths))
    ]

    assert described
    assert unknown == []


def _known(paths):
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def _fits(path, template):
    steps, told = path.split("/"), template.split("/")
    return len(steps) == len(told) and all(a == b or b.startswith("{") for a, b in zip(steps, told, strict=True))
