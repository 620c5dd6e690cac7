"""The image and its compose file, as far as they can be proved without an engine: what they copy, run, name and open.

Not proved here: that the base images exist under these tags, and that the pinned packages install there.
"""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
import yaml
from prefect.settings import Settings
from prefect.settings.legacy import _get_settings_fields

from dashmedia.dam.settings import DashSettings
from dashmedia.settings import SocialSettings
from deployments.reference.settings import DEPLOYING, OTHERS

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "deployments/compose.yaml").read_text())
SERVICES = COMPOSE["services"]

#: Variables of the images themselves, and of our compose file's own interpolation.
BESIDE = {
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_DB",
    "UGC_FOLDER",
    "PATH",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
}

#: What is imported by another name than it is installed by.
INSTALLED_AS = {"PIL": "pillow", "yaml": "pyyaml"}

#: Imported where it is there, and not part of the image: see pyproject.toml.
OPTIONAL = {"duckdb"}

#: Commands for people at a checkout, which the image leaves out; they import the sandbox.
AT_A_CHECKOUT = {"sandbox", "uvicorn"}


def steps():
    """Every instruction of the Dockerfile, with its lines joined, as (stage, word, rest); stages count from 0."""
    lines = [
        line for line in (ROOT / "deployments/Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")
    ]
    stage = -1
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        stage += word == "FROM"
        if word:
            yield stage, word, rest


def last_stage(word):
    return [rest for stage, each, rest in steps() if each == word and stage == 1]


@cache
def ignored():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def is_left_out(path):
    """By .dockerignore: the last pattern that fits the path or a folder above it decides."""
    above = [path, *path.parents][:-1]
    out = False
    for pattern in ignored():
        plain = pattern.lstrip("!")
        names = [str(each) for each in above]
        fits = any(fnmatch(name, plain) for name in names) or (
            plain.startswith("**/") and any(fnmatch(each.name, plain[3:]) for each in above)
        )
        out = pattern[0] != "!" if fits else out
    return out


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The image's folder: what the last stage copies from here, without what .dockerignore leaves out."""
    folder = tmp_path_factory.mktemp("image") / "app"
    for rest in last_stage("COPY"):
        if rest.startswith("--from"):
            continue
        *sources, target = rest.split()
        for source in sources:
            files = [ROOT / source] if (ROOT / source).is_file() else sorted((ROOT / source).rglob("*"))
            for file in files:
                if file.is_file() and not is_left_out(file.relative_to(ROOT)):
                    into = folder / (source if target == "./" else target) / file.relative_to(ROOT / source)
                    into.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, into)
    return folder


def run(command, folder, tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PREFECT_HOME": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=540, check=False)


def test_the_linter_has_no_complaint():
    linter = Path(sys.executable).parent / "hadolint"

    found = subprocess.run(
        [linter, ROOT / "deployments/Dockerfile"], capture_output=True, text=True, timeout=120, check=False
    )

    assert (found.returncode, found.stdout) == (0, "")


def test_every_image_is_pinned_to_a_whole_version():
    bases = [rest.split()[0] for _, word, rest in steps() if word == "FROM"]
    pulled = [service["image"] for service in SERVICES.values() if "build" not in service]

    assert len(set(bases)) == 1
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+", image) for image in [*bases, *pulled])


def test_the_base_has_the_python_that_the_packages_are_pinned_for():
    (version,) = {re.search(r"python:(\d+\.\d+)", rest)[1] for _, word, rest in steps() if word == "FROM"}

    assert f"--python-version {version}" in (ROOT / "Makefile").read_text()


def test_packages_are_installed_with_their_hashes_only():
    (install,) = [rest for stage, word, rest in steps() if word == "RUN" and stage == 0]
    pinned = re.findall(
        r"^[a-z0-9][^\n]*==.*?(?=^[a-z0-9]|\Z)", (ROOT / "requirements.txt").read_text(), re.DOTALL | re.MULTILINE
    )

    assert install.count("--require-hashes") == install.count(" -r ") == 2
    assert len(pinned) > 50
    assert all("--hash=sha256:" in each for each in pinned)


def test_the_last_stage_is_not_root_and_holds_nothing_to_build_with():
    commands = " ".join(last_stage("RUN"))

    assert last_stage("USER") == ["10001:10001"]
    assert "--uid 10001" in commands
    assert not re.search(r"\b(pip|uv|apt-get|apt|gcc|curl|wget)\b", commands)


def test_the_folder_of_the_image_is_the_one_that_workers_are_told():
    (env,) = last_stage("ENV")
    told = dict(each.split("=", 1) for each in shlex.split(env))

    assert last_stage("WORKDIR") == [told["DASHMEDIA_ROOT"]]


def test_no_secret_and_nothing_that_was_made_by_running_gets_in(image):
    secret = [
        "deployments/.env",
        ".env",
        "ledger.sqlite",
        ".run/x",
        "dashmedia/.env",
        "tests/x.py",
        ".git/config",
        "deployments/prod.env",
    ]

    assert [path for path in secret if not is_left_out(Path(path))] == []
    assert not [path for path in image.rglob("*") if path.suffix in {".pyc", ".env", ".sqlite"}]
    assert "deployments/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_flows_set_up_and_worker_start_from_the_copied_files_alone(image, tmp_path):
    """In one process, because each takes seconds to load; the last thing it does is to print the help of the image's command."""
    flows = [f"flows.{path.stem}" for path in sorted((ROOT / "flows").glob("*.py")) if path.stem != "__init__"]
    wanted = [*flows, "deployments.deploy", "dashmedia.ledger.__main__"]
    (program, *words) = ast.literal_eval(*last_stage("CMD"))
    told = f"""
import runpy, sys
import {", ".join(wanted)}
print(*(sys.modules[name].__file__ for name in {wanted}), sep="\\n", flush=True)
sys.argv = ["{program}", *{words[:2]}, "--help"]
runpy.run_module("{program}", run_name="__main__")
"""

    ran = run([sys.executable, "-c", told], image, tmp_path)

    files, help_text = ran.stdout.split("Usage:", 1)
    assert ran.returncode == 0, ran.stderr
    assert len(flows) > 4
    assert [Path(file).is_relative_to(image) for file in files.split()] == [True] * len(wanted)
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", help_text))


def test_what_the_copied_files_import_is_pinned(image):
    """Imports that are guarded or inside functions count as well; only what pyproject.toml calls optional may be missing."""
    pinned = set(
        re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[.*\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    roots = {
        name.partition(".")[0]
        for path in image.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in getattr(node, "names", []) if isinstance(node, ast.Import)]
        )
    }

    foreign = roots - sys.stdlib_module_names - {path.name for path in image.iterdir()} - OPTIONAL - AT_A_CHECKOUT
    missing = {name for name in foreign if INSTALLED_AS.get(name, name.replace("_", "-")) not in pinned}

    assert "prefect" in foreign
    assert missing == set()


def commands():
    """Every command line of the image and of the services."""
    told = [ast.literal_eval(rest) for rest in last_stage("CMD")]
    return [*told, *(service["command"] for service in SERVICES.values() if "command" in service)]


def test_a_command_of_ours_is_a_module_that_the_image_has(image):
    modules = [command[2] for command in commands() if command[:2] == ["python", "-m"]]

    assert modules == ["deployments.deploy"]
    assert all((image / Path(*module.split("."))).with_suffix(".py").is_file() for module in modules)


def test_each_service_waits_for_one_that_exists_and_can_say_that_it_is_ready():
    waits = {
        (name, other, told["condition"])
        for name, one in SERVICES.items()
        for other, told in one.get("depends_on", {}).items()
    }

    assert {other for _, other, _ in waits} <= SERVICES.keys()
    assert all(
        "test" in SERVICES[other]["healthcheck"] for _, other, condition in waits if condition == "service_healthy"
    )
    assert all(
        SERVICES[other]["restart"] == "no"
        for _, other, condition in waits
        if condition == "service_completed_successfully"
    )
    assert waits == {
        ("server", "postgres", "service_healthy"),
        ("setup", "server", "service_healthy"),
        ("worker-1", "setup", "service_completed_successfully"),
        ("worker-2", "setup", "service_completed_successfully"),
    }


def test_nothing_is_open_to_other_machines():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports == ["127.0.0.1:4200:4200"]


def test_every_variable_is_known_to_somebody():
    ours = {f"DASH_{name.upper()}" for name in DashSettings.model_fields} | {
        f"DASH_SOCIAL_{name.upper()}" for name in SocialSettings.model_fields
    }
    known = ours | set(OTHERS) | set(DEPLOYING) | set(_get_settings_fields(Settings)) | BESIDE
    example = re.findall(r"^#?([A-Z_]+)=", (ROOT / "deployments/example.env").read_text(), re.MULTILINE)
    (baked,) = last_stage("ENV")
    named = {name for service in SERVICES.values() for name in service.get("environment", {})}

    assert {*named, *example, *(each.split("=")[0] for each in shlex.split(baked))} - known == set()


def test_every_value_that_is_asked_of_the_operator_is_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "deployments/compose.yaml").read_text()))
    example = re.findall(r"^([A-Z_]+)=", (ROOT / "deployments/example.env").read_text(), re.MULTILINE)

    assert asked <= set(example)


def test_no_secret_has_a_value_in_a_committed_file():
    told = re.findall(
        r"^([A-Z_]*(?:PASSWORD|TOKEN|SECRET)[A-Z_]*)=(.*)$",
        (ROOT / "deployments/example.env").read_text(),
        re.MULTILINE,
    )
    written = re.findall(r"(?:PASSWORD|TOKEN|SECRET): (.+)", (ROOT / "deployments/compose.yaml").read_text())

    assert len(told) >= 4
    assert {value for _, value in told} == {""}
    assert all(value.startswith("${") for value in written)


def test_both_workers_are_the_same_and_see_the_same_folders():
    assert SERVICES["worker-1"] == SERVICES["worker-2"]
    assert {volume.rpartition(":/srv/")[2] for volume in SERVICES["worker-1"]["volumes"]} == {"ugc:ro", "exports"}
    assert {
        one.partition(":")[0] for service in SERVICES.values() for one in service.get("volumes", []) if one[0].isalpha()
    } == set(COMPOSE["volumes"])


def test_the_ledger_and_the_server_have_databases_that_are_made():
    made = set(re.findall(r"CREATE DATABASE (\w+);", (ROOT / "deployments/databases.sql").read_text())) | {
        SERVICES["postgres"]["environment"]["POSTGRES_DB"]
    }
    urls = [
        value
        for service in SERVICES.values()
        for value in service.get("environment", {}).values()
        if value.startswith("postgresql")
    ]

    assert {url.rpartition("/")[2] for url in urls} == made
    assert all(":${POSTGRES_PASSWORD:?" in url and "@postgres/" in url for url in urls)
