"""Environment variables and credentials blocks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from dashmedia import settings as social
from dashmedia.dam import settings as dam
from deployments.reference.loading import ROOT
from deployments.reference.markdown import attributes, code, page, summary, table
from deployments.reference.schema_words import default_words, type_words
from tasks.credentials import DashSocialCredentials
from tasks.dash_credentials import DashCredentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

INTRODUCTION = """What differs between environments. A flow looks for a credentials block first, and takes the variables while there is no block named
`default`. A misspelt `DASH_…` variable ends the run with the name that was probably meant."""

#: Variables that belong to no model; each is read in one place.
OTHERS = {
    "DASH_LEDGER_URL": "Where the ledger is: `postgresql://user:password@host/database`, `sqlite:///path`, or a path. "
    "Unset: a SQLite file in the user's data folder.",
    "DASH_EXPORT_POSTGRES_URL": "The database that `postgres_table` is in, while there is no Secret block named "
    "`downloads-postgres`.",
}

#: Those that `make deploy` and the workers read.
DEPLOYING = {
    "DASHMEDIA_ROOT": "Where a worker finds the repository. Unset: the folder that is deployed from.",
    "DASHMEDIA_SOURCE": "The `source` of the deployment `ingest-ugc`, as a worker sees it.",
    "DASHMEDIA_EXPORTS": "The `destination` of the deployments over download events, as a worker sees it.",
    "DASHMEDIA_SCHEDULES": "`on` or `off` switches all schedules. Unset: new ones are off, the others stay as people switched them.",
    "DASHMEDIA_NOTIFY_URL": 'A webhook that takes `{"text": …}`; it is told of failures, late runs and runs that died.',
    "DASHMEDIA_NOTIFY_BLOCK": "Or any notification block made in the UI, such as `slack-webhook/media-team`.",
}

#: How a variable of ours looks, and where one may be read.
VARIABLE = r"DASH(?:MEDIA)?_[A-Z_]*[A-Z]"
FOLDERS = ("dashmedia", "tasks", "flows", "deployments")


def settings_page() -> str:
    """The page."""
    return page(
        "Settings",
        INTRODUCTION,
        "## Variables of Dash Social",
        _variables(social.PREFIX, social.SocialSettings),
        "## Variables of Dash, the DAM",
        summary(dam.DashSettings).partition("\n\n")[2],
        _variables(dam.PREFIX, dam.DashSettings),
        "## Other variables",
        table(("variable", "meaning"), [(code(name), words) for name, words in sorted(OTHERS.items())]),
        "## Variables of `make deploy`",
        table(("variable", "meaning"), [(code(name), words) for name, words in DEPLOYING.items()]),
        f"## Block “{DashSocialCredentials._block_type_name}”",  # noqa: SLF001 - Prefect's own name for what it shows
        summary(DashSocialCredentials),
        _block(DashSocialCredentials),
        f"## Block “{DashCredentials._block_type_name}”",  # noqa: SLF001 - as above
        summary(DashCredentials),
        _block(DashCredentials),
    )


def variables_read() -> set[str]:
    """Every `DASH…` variable that the code or `prefect.yaml` names in full."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    found = {text for path in files for text in _texts(path) if re.fullmatch(VARIABLE, text)}
    found |= set(re.findall(rf"\$({VARIABLE})\b", (ROOT / "prefect.yaml").read_text()))
    return found


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    # What a module lists as its names are names of Python.
    listed = {id(each) for node in tree.body if _lists_names(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in listed:
            yield node.value


def _lists_names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets
    )


def _variables(prefix: str, model: type[BaseModel]) -> str:
    schema, meaning = model.model_json_schema(), attributes(model)
    rows = [
        (code(prefix + name.upper()), type_words(each, schema.get("$defs", {})), _default(each), meaning[name])
        for name, each in schema["properties"].items()
    ]
    return table(("variable", "takes", "unless set", "meaning"), rows)


def _block(block: Any) -> str:
    schema = block.model_json_schema()
    rows = [
        (each.get("title", ""), code(name), _default(each), each.get("description", ""))
        for name, each in schema["properties"].items()
    ]
    return table(("in the form", "member", "unless set", "meaning"), rows)


def _default(schema: dict[str, Any]) -> str:
    return default_words(schema).replace('"', "").replace("empty", "not set")
