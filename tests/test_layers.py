"""Imports point one way: deployments → flows → tasks → dashmedia; sandbox imports nothing of ours."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "dashmedia": {"prefect", "tasks", "flows", "deployments", "sandbox"},
    "tasks": {"flows", "deployments", "sandbox"},
    "flows": {"deployments", "sandbox"},
    "sandbox": {"dashmedia", "tasks", "flows", "deployments", "prefect"},
}


def imports(path: Path) -> list[tuple[str, int]]:
    """Every imported module of a file with its level; 0 is absolute."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.module or "", node.level))
    return found


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_no_layer_imports_the_one_above(layer):
    files = sorted((ROOT / layer).rglob("*.py"))

    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name, _ in imports(path)
        if name.split(".")[0] in FORBIDDEN[layer]
    }

    assert files
    assert not wrong


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_every_import_is_absolute(layer):
    relative = {path.name for path in (ROOT / layer).rglob("*.py") for _, level in imports(path) if level}

    assert not relative


def test_flow_and_task_files_shadow_nothing():
    stems = [
        path.stem for folder in ("flows", "tasks") for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"
    ]

    assert len(stems) == len(set(stems))
    assert not set(stems) & set(sys.stdlib_module_names)
    assert not set(stems) & {"prefect", "httpx", "pydantic", "pandas", "dashmedia", "sandbox"}
