"""schemathesis against what the sandbox publishes of itself, as a process of its own."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from support.fuzz.recorded import BRAND

#: All checks but one: the services refuse much that has the right form, such as ids of nothing and fields that are not there.
CHECKS = ("--checks", "all", "--exclude-checks", "positive_data_acceptance")

#: A brand that the token may see: of made-up ones nothing is ever found but 403. Not for `coverage`, which then takes the known brand
#: for the wrong one that it meant to send.
CONFIG = f'[parameters]\n"path.brand_id" = {BRAND}\n'

COVERAGE = "coverage"

CASES = re.compile(r"([\d,]+) generated")
FAILED = re.compile(r"([\d,]+) (?:unique )?(?:failures?|errors?)")


def findings(sandbox, service, examples, phases=("examples,fuzzing", COVERAGE)):
    """How much it found, and a text that begins with the number of its requests.

    Args:
        sandbox: that runs.
        service: `social` or `dam`.
        examples: for each operation.
        phases: of schemathesis, a run for each; `coverage` goes through every bound and every wrong type.
    """
    runs = [_run(sandbox, service, examples, each) for each in phases]
    failed, cases = sum(failed for failed, _, _ in runs), sum(cases for _, cases, _ in runs)
    said = "".join(f"\n{said}" for failed, _, said in runs if failed)
    return failed, f"{cases:,} requests to {service}, {failed} findings{said}"


def _run(sandbox, service, examples, phases):
    url, token = {
        "social": (sandbox.env["DASH_SOCIAL_API_URL"], sandbox.env["DASH_SOCIAL_TOKEN"]),
        "dam": (sandbox.env["DASH_API_URL"], sandbox.env["DASH_API_TOKEN"]),
    }[service]
    words = (
        "run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {token}", *CHECKS, "--phases", phases,
        "--generation-deterministic", "--max-examples", str(examples), "--continue-on-failure", "--no-color",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="schemathesis-") as folder:
        config = Path(folder) / "schemathesis.toml"
        config.write_text("" if phases == COVERAGE else CONFIG)
        command = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), *words)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = f"{done.stdout}{done.stderr}"
    cases = CASES.search(said)
    failed = 0 if done.returncode == 0 else int((found[1] if (found := FAILED.search(said)) else "1").replace(",", ""))
    return failed, int(cases[1].replace(",", "")) if cases else 0, said
