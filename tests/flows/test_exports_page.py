"""What docs/exports.md shows works as it stands there, from top to bottom."""

import os
import re
import shlex
import subprocess
import sys

import duckdb
import pytest
from sqlalchemy import create_engine, text
from support.databases import postgres
from support.exporting import truth
from support.running import ROOT

PAGE = (ROOT / "docs" / "exports.md").read_text()


def snippets(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands():
    lines = "".join(snippets("console")).splitlines()
    return [shlex.split(line.removeprefix("$ ")) for line in lines if not line.startswith("$ export ")]


@pytest.fixture
def run(env, seeded, tmp_path):
    """Run words of the page in an empty folder."""
    env = {**os.environ, **env, "PYTHONPATH": str(ROOT)}

    def run(words, **more):
        said = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env | more, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stderr
        return said.stdout + said.stderr

    return run


def test_every_command_and_query_on_the_page_works(run, seeded, tmp_path):
    first, *others = commands()
    program, *words = first
    said = [run(words)]
    with postgres() as url:
        variable = {"DASH_EXPORT_POSTGRES_URL": url.render_as_string(hide_password=False)}
        said += [run(words, **variable) for _, *words in others]
        engine = create_engine(url.set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            loaded = connection.execute(text("SELECT count(*) FROM downloads")).scalar_one()
        engine.dispose()

    assert program == "python"
    assert "2 days: 2 exported" in said[0]
    assert "4 planned" in said[1]
    assert "2 kept" in said[2]
    assert loaded == len(truth(seeded))
    for snippet in snippets("python"):
        assert run(["-c", snippet])
    with duckdb.connect(tmp_path / "exports" / "latest.duckdb", read_only=True) as exports:
        assert all(exports.sql(query).fetchall() for query in snippets("sql"))
    assert_the_listed_files_are_there(tmp_path / "exports")


def assert_the_listed_files_are_there(out):
    tree = PAGE[PAGE.index("```\nexports/") :].split("```")[1]
    there = {path.relative_to(out).as_posix() for path in out.rglob("*.*")} | {"lateness.jsonl"}
    listed = [line.strip().split()[0].rstrip(",") for line in tree.splitlines() if line.startswith("  ")]

    assert [path for path in listed if "…" not in path and path not in there] == []
    assert any(path.startswith("reports/downloads_") for path in there)
    assert {f"rollups/{name}.csv" for name in re.findall(r"by_[a-z_]+", tree)} == {
        path for path in there if path.startswith("rollups/") and path.endswith(".csv")
    }
