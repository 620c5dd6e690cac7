"""A Python that has imported everything already: `python` and `prefect` in documents start as copies of it.

Importing Prefect takes seconds, and the documents have dozens of commands. Each runs in a process of its own all the same,
in the folder, with the environment and with the files it was called with.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: What the documents' commands need, and what takes long to import.
MODULES = ("pandas", "duckdb", "matplotlib.figure", "dashmedia.ledger.store")

_SHIM = """#!{python} -IS
import json, os, socket, sys
door = socket.socket(socket.AF_UNIX)
door.connect({address!r})
socket.send_fds(door, [b"!"], [0, 1, 2])
door.sendall(json.dumps({{"words": [*{first!r}, *sys.argv[1:]], "cwd": os.getcwd(), "env": dict(os.environ)}}).encode())
door.shutdown(socket.SHUT_WR)
sys.exit(int(door.recv(16) or 70))
"""


@contextmanager
def warm_python(env):
    """Start it with `env`; yields the folder that takes the place of `.venv/bin`."""
    with tempfile.TemporaryDirectory(prefix="warm-") as place:
        process = subprocess.Popen(
            [sys.executable, __file__, f"{place}/door"], cwd=ROOT, env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout.readline() == "ready\n"
            yield _shims(Path(place))
        finally:
            process.kill()
            process.communicate()


def _shims(place):
    folder = place / "bin"
    folder.mkdir()
    for name, first in {"python": [], "prefect": ["-m", "prefect"]}.items():
        shim = folder / name
        shim.write_text(_SHIM.format(python=sys.executable, address=f"{place}/door", first=first))
        shim.chmod(0o755)
    (folder / "activate").write_text(f"export PATH={folder}:$PATH\n")
    return folder


def serve(address):
    """Fork for each command that comes to the door, for ever."""
    _import_all()
    gc.freeze()  # what was imported is shared with every copy, as long as nobody touches it
    door = socket.socket(socket.AF_UNIX)
    door.bind(address)
    door.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        caller, _ = door.accept()
        if os.fork() == 0:
            door.close()
            _answer(caller)
            return
        caller.close()


def _import_all():
    flows = [f"flows.{path.stem}" for path in (ROOT / "flows").glob("*.py") if path.stem != "__init__"]
    for name in [*MODULES, *flows]:
        import_module(name)
    for name in flows:
        del sys.modules[name]  # they are run as programs, and Python warns when such a one was imported already


def _answer(caller):
    """In a copy: let a further copy run the command, and tell the caller its status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, files, _, _ = socket.recv_fds(caller, 1, 3)
    with caller.makefile("rb") as words:
        command = json.loads(words.read())
    if (child := os.fork()) == 0:
        caller.close()
        _become(command, files)
        return
    _, status = os.waitpid(child, 0)
    caller.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
    os._exit(0)


def _become(command, files):
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["env"])
    sys.path[0] = command["cwd"]
    status = _status_of(*command["words"])
    # As at every program's end, but for the taking apart of all that was imported, which would take a second.
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _status_of(option, what, *words):
    """Run `-m what words` or `-c what words`; the status that Python would end with."""
    assert option in {"-m", "-c"}, f"only -m and -c are known here, not {option}"
    sys.argv = [what if option == "-m" else option, *words]
    try:
        if option == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(compile(what, "<snippet>", "exec"), {"__name__": "__main__"})
    except SystemExit as error:
        if isinstance(error.code, str):
            sys.stderr.write(f"{error.code}\n")
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:  # noqa: BLE001 - as Python does it at the end of a program
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
