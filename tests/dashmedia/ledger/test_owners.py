from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dashmedia.ledger.owners import Owner, _boot_id, _owner_of, _pid_namespace, is_gone, this_owner


@pytest.fixture
def child():
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_this_process_is_not_gone():
    assert not is_gone(this_owner())


def test_a_living_process_is_not_gone_and_a_killed_one_is_even_before_it_is_collected(child):
    owner = str(_owner_of(child.pid))
    alive = is_gone(owner)

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    uncollected = is_gone(owner)
    child.wait()
    collected = is_gone(owner)

    assert (alive, uncollected, collected) == (False, True, True)


def test_a_pid_that_another_process_has_by_now_is_gone():
    here = Owner.parse(this_owner())

    assert is_gone(str(here._replace(started=here.started - 60)))


@pytest.mark.parametrize("part", ["host", "boot", "pid_namespace"])
def test_a_process_of_another_machine_boot_or_container_is_never_provably_gone(part):
    nobody = Owner.parse(this_owner())._replace(started=0.0)

    assert not is_gone(str(nobody._replace(**{part: "another"})))


@pytest.mark.parametrize("text", ["", "somebody", "a/b/c/d/e", "a/b/c/1/2/3"])
def test_an_owner_in_another_form_is_never_provably_gone(text):
    assert not is_gone(text)


def test_a_process_that_cannot_be_looked_at_may_be_alive(monkeypatch):
    gone = Owner.parse(this_owner())._replace(started=0.0)

    def refuse(pid):
        raise psutil.AccessDenied(pid)

    monkeypatch.setattr(psutil, "Process", refuse)

    assert not is_gone(str(gone))


def test_a_process_of_another_user_is_looked_at_too(monkeypatch):
    here = Owner.parse(this_owner())

    def refuse(pid, signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)

    assert not is_gone(str(here))
    assert is_gone(str(here._replace(started=here.started - 60)))


def test_a_system_that_tells_no_boot_and_no_namespace_still_has_owners(tmp_path):
    nowhere = str(Path(tmp_path) / "nothing")

    assert (_boot_id(nowhere), _pid_namespace(nowhere)) == ("-", "-")
