"""The doctor over real HTTP, with the sandbox as both services."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from dashmedia.dam.settings import DashSettings
from dashmedia.doctor.__main__ import checks_of, main
from dashmedia.doctor.environment import dash_from, social_from
from dashmedia.doctor.findings import Check, Level, examine, ok
from dashmedia.doctor.machine import LITTLE_BYTES, TOO_LITTLE_BYTES, look_at_ledger, room
from dashmedia.doctor.services import look_at_dash, look_for_credentials, service_checks
from dashmedia.ledger import Ledger, NewItem
from dashmedia.ledger.database import Database, locate
from dashmedia.ledger.upgrades import NEWEST, make_version

ROOT = Path(__file__).parents[3]

#: Generous: the machine may be doing much else.
TIMEOUT_S = 120


@pytest.fixture
def env(sandbox, tmp_path):
    Ledger.open(tmp_path / "ledger.sqlite").close()
    return {**sandbox.env, "DASH_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.sqlite"}


def findings(env):
    """By name."""
    return {each.name: each for each in examine(checks_of(env), TIMEOUT_S)}


def levels(found):
    return {name: each.level for name, each in found.items() if each.level is not Level.OK}


def closed_port():
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_where_all_is_well_each_line_says_so_and_no_secret_is_in_any(env):
    command = [sys.executable, "-m", "dashmedia.doctor", f"--timeout-s={TIMEOUT_S}"]

    done = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("Dash Social: the key works and reaches", "Dash Social clock", "Dash Social storage", "Dash: the token works",
                 "Dash: create assets: permitted", "Dash: STAGED → PENDING_APPROVAL: permitted for", "Dash clock", "Ledger: ",
                 "Ledger leases: nothing is held", "Ledger disk", "Scratch disk", "Versions: dashmedia"):  # fmt: skip
        assert any(f" {name}" in line for line in lines), name
    assert not [value for name, value in env.items() if "TOKEN" in name and value in done.stdout]
    assert "X-Amz" not in done.stdout


def test_a_wrong_token_fails_with_its_service_named_and_is_not_shown(env, capsys, monkeypatch):
    # With client and refresh token beside it, another token would be got.
    wrong = {"DASH_SOCIAL_TOKEN": "wrong-social-key", "DASH_API_TOKEN": "wrong-dam-key"}
    oauth = dict.fromkeys(("DASH_CLIENT_ID", "DASH_CLIENT_SECRET", "DASH_REFRESH_TOKEN"), "")
    for name, value in (env | wrong | oauth).items():
        monkeypatch.setenv(name, value)

    code = main(["--json", "--timeout-s", str(TIMEOUT_S)])

    told = capsys.readouterr().out
    found = {each["name"]: each for each in json.loads(told)["findings"]}
    assert (code, json.loads(told)["ok"]) == (1, False)
    assert (found["Dash Social"]["level"], found["Dash"]["level"]) == ("FAIL", "FAIL")
    assert "refused with 401" in found["Dash Social"]["seen"]
    assert found["Dash Social storage"]["level"] == "WARN"
    assert "wrong-" not in told


def test_a_missing_permission_is_named_with_who_grants_it(env, sandbox):
    missing = [
        {"resourceType": "ASSETS", "action": "CREATE_ASSETS"},
        {"resourceType": "ASSET", "action": "CHANGE_LIFECYCLE_STATE_TO_LIVE"},
    ]
    sandbox.tell("taken_permissions", missing)

    found = findings(env)

    assert levels(found) == {"Dash: create assets": Level.FAIL, "Dash: PENDING_APPROVAL → LIVE": Level.FAIL}
    assert "CREATE_ASSETS on ASSETS is not among the permitted actions" in found["Dash: create assets"].seen
    assert "grant CHANGE_LIFECYCLE_STATE_TO_LIVE" in found["Dash: PENDING_APPROVAL → LIVE"].advice


@pytest.mark.parametrize(("off_s", "level"), [(0, Level.OK), (-600, Level.FAIL), (600, Level.FAIL)])
def test_a_clock_that_is_off_is_told_with_the_difference(env, off_s, level):
    checks = service_checks(lambda: social_from(env), lambda: dash_from(env), wall=lambda: time.time() + off_s)

    found = {each.name: each for each in examine(checks, TIMEOUT_S) if "clock" in each.name}

    assert {each.level for each in found.values()} == {level}
    if off_s:
        assert ("ahead of" if off_s < 0 else "behind") in found["Dash clock"].seen


def test_a_host_that_nobody_answers_at_fails_within_the_time_and_the_rest_is_told(env):
    nowhere = f"http://127.0.0.1:{closed_port()}"

    found = findings(env | {"DASH_SOCIAL_API_URL": nowhere, "DASH_SOCIAL_AUTH_URL": nowhere})

    assert levels(found) == {
        "Dash Social": Level.FAIL,
        "Dash Social clock": Level.FAIL,
        "Dash Social storage": Level.WARN,
    }
    assert "refused" in found["Dash Social clock"].seen


def test_a_check_that_hangs_or_breaks_hides_nothing_of_the_others():
    never = Event()

    def hang():
        never.wait()
        yield ok("late", "never")

    def breaks():
        raise RuntimeError("Bearer abc.def :")

    found = examine([Check("hangs", hang), Check("breaks", breaks), Check("fine", lambda: [ok("fine", "so it is")])], 1)

    assert [(each.name, each.level) for each in found] == [("hangs", "FAIL"), ("breaks", "FAIL"), ("fine", "OK")]
    assert found[0].seen == "no end within 1 s"
    assert found[1].seen == "the check itself broke (RuntimeError: Bearer [hidden] :)"
    never.set()


def test_without_any_credentials_it_fails_and_with_one_service_it_only_warns(env):
    social_only = {name: value for name, value in env.items() if name.startswith(("DASH_SOCIAL_", "DASH_LEDGER_"))}

    assert [each.level for each in look_for_credentials(lambda: social_from({}), lambda: dash_from({}))] == ["FAIL"]
    assert levels(findings(social_only)) == {"Dash": Level.WARN}


def test_a_misspelt_setting_fails_once(env):
    found = findings(env | {"DASH_API_TOKN": "x"})

    assert levels(found) == {"Dash": Level.FAIL}
    assert "Did you mean DASH_API_TOKEN" in found["Dash"].seen


def test_a_login_that_gave_a_new_refresh_token_is_told_when_nobody_can_keep_it(sandbox):
    class Nowhere:
        def keep(self, _):
            pass

        def latest(self):
            return None

    env = {**sandbox.env}
    settings = DashSettings.from_env({name: value for name, value in env.items() if name != "DASH_API_TOKEN"})
    sandbox.tell("variant", {"refresh_rotation": True})

    found = list(look_at_dash(lambda: (settings, Nowhere())))

    assert [each.level for each in found if each.name == "Dash refresh token"] == [Level.WARN]


def test_a_ledger_of_a_newer_program_fails_and_an_older_one_is_left_as_it_is(tmp_path):
    newer, older = f"sqlite:///{tmp_path}/newer.sqlite", f"sqlite:///{tmp_path}/older.sqlite"
    Ledger.open(newer).close()
    written(newer, lambda connection: connection.execute(text(f"UPDATE ledger_meta SET schema_version = {NEWEST + 1}")))
    written(older, lambda connection: make_version(connection, NEWEST - 1))

    [refused, *_] = examine([Check("Ledger", lambda: look_at_ledger(newer))], TIMEOUT_S)
    warned = [next(iter(look_at_ledger(older))) for _ in range(2)]

    assert refused.level is Level.FAIL
    assert f"schema version {NEWEST + 1}; this program knows versions up to {NEWEST}" in refused.seen
    assert [each.level for each in warned] == [Level.WARN] * 2
    assert "back it up before" in warned[0].advice


def test_a_file_of_another_program_fails(tmp_path):
    path = tmp_path / "photos.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")

    [found] = examine([Check("Ledger", lambda: look_at_ledger(str(path)))], TIMEOUT_S)

    assert found.level is Level.FAIL
    assert "another program's database" in found.seen


def written(url, change):
    database = Database(locate(url))
    with database.write() as connection:
        change(connection)
    database.close()


def test_a_ledger_that_is_not_there_is_not_made(tmp_path):
    found = list(look_at_ledger(str(tmp_path / "no" / "ledger.sqlite")))

    assert [(each.name, each.level) for each in found] == [("Ledger", Level.WARN), ("Ledger disk", Level.OK)]
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_run_holds_is_told_apart_from_what_a_living_one_does(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, clock=lambda: time.time() - 3_600) as ledger:
        claim(ledger, ledger.start_run("gone", flow="f", source="s", owner="elsewhere"), 3)
    with Ledger.open(path) as ledger:
        claim(ledger, ledger.start_run("alive", flow="f", source="s"), 2, first=3)
        [leases] = [each for each in look_at_ledger(str(path)) if each.name == "Ledger leases"]

    assert leases.level is Level.WARN
    assert leases.seen == "3 originals are held by runs that are gone, 2 by runs at work"


def claim(ledger, run, count, first=0):
    ledger.claim(
        [
            NewItem("social:1", f"{number:064}", "0" * 32, 1, "u", "f.jpg", "image/jpeg")
            for number in range(first, first + count)
        ],
        run,
    )


def test_a_real_postgresql_is_looked_at_too(tmp_path):
    from support.databases import postgres  # noqa: PLC0415 - of this alone

    with postgres() as url:
        where = url.render_as_string(hide_password=False)
        empty = list(look_at_ledger(where))
        Ledger.open(where).close()
        filled = list(look_at_ledger(where))

    assert [(each.name, each.level) for each in empty] == [("Ledger", Level.WARN)]
    assert [(each.name, each.level) for each in filled] == [("Ledger", Level.OK), ("Ledger leases", Level.OK)]


def test_too_little_room_is_told_with_how_much_is_wanted(tmp_path):
    levels_found = [room("d", tmp_path, free).level for free in (LITTLE_BYTES, LITTLE_BYTES - 1, TOO_LITTLE_BYTES - 1)]

    assert levels_found == [Level.OK, Level.WARN, Level.FAIL]


def test_a_wrong_command_line_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--timeout-s", "soon"])

    assert ended.value.code != 0
