"""A process that plays rounds: it has a sandbox and folders of its own, and says over a pipe what came out."""

import gc
import os
import shutil
import signal
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path

from support.crash.ledgers import Ledgers
from support.crash.place import Place
from support.crash.scenario import Scenario, Stage, draw_for, plan_round
from support.crash.workloads import draw_workload

from sandbox.process import start

#: In memory where there is such a folder: a kill is the same there, and a flush to the disk costs nothing.
MEMORY = Path("/dev/shm")
#: If so much is free there, in bytes.
MEMORY_FREE = 1024**3

#: Whole processes in each round; loading everything takes them longer than all else.
PROCESSES = 2


@contextmanager
def work_folder():
    """Somewhere quick, for the length of a block."""
    is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_FREE
    place = MEMORY if is_roomy else None
    with tempfile.TemporaryDirectory(prefix="crash-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def play_rounds(pipe, seed, failed):
    """Play what comes over the pipe until None comes or nobody is there any more.

    Args:
        pipe: takes orders (name, round, scenarios that are planned already or None) and gives back what was planned and played.
        seed: of all draws.
        failed: folder for what failed scenarios left.
    """
    os.setsid()  # Ctrl-C in the terminal is for the one who has the pipe's other end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # in order, so that nothing stays behind
    with (
        work_folder() as folder,
        start(folder / "sandbox", requests_per_minute=100_000) as sandbox,
        Ledgers() as ledgers,
    ):
        gc.freeze()  # what is loaded stays as it is in every fork
        try:
            while order := pipe.recv():
                Round(sandbox, ledgers, folder, seed, failed, pipe.send).play(*order)
        except (EOFError, BrokenPipeError):
            return


class Round:
    """One round of one workload.

    Args:
        say: takes ("planned", boundaries, scenarios), ("played", scenario, wrong, words), ("broken", words) and ("through",).
    """

    def __init__(self, sandbox, ledgers, folder, seed, failed, say):
        self._sandbox, self._ledgers, self._folder = sandbox, ledgers, folder
        self._seed, self._failed, self._say = seed, failed, say

    def play(self, name, number, planned):
        """Every scenario of it."""
        stock = self._folder / "stock"
        stock.mkdir()
        try:
            self._play(name, number, planned, stock)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - one round that cannot be played does not end the others
            self._say(("broken", "".join(traceback.format_exception(error))[-2_000:]))
        finally:
            shutil.rmtree(stock)
        self._say(("through",))

    def _play(self, name, number, planned, stock):
        workload = draw_workload(name, number, self._seed)
        workload.stock(Place(self._sandbox, stock, self._folder))
        stage = Stage(workload, (name, number, self._seed))
        with self._place(workload, stock) as place:
            boundaries = stage.count(place)
        if planned is None:
            scenarios = plan_round(boundaries, draw_for(self._seed, name, number), PROCESSES)
            planned = list(dict.fromkeys(map(str, scenarios)))
            self._say(("planned", boundaries, planned))
        for scenario in planned:
            with self._place(workload, stock) as place:
                found = stage.play(Scenario.parse(scenario), place)
                if not found.is_clean:
                    kept = self._failed / f"{name} {number} {scenario}".replace(" ", "-")
                    shutil.copytree(place.home, kept, dirs_exist_ok=True)
            self._say(("played", scenario, dict(found.counts), str(found)))

    @contextmanager
    def _place(self, workload, stock):
        home = self._folder / "home"
        home.mkdir()
        try:
            with self._ledgers.fresh(on_postgres=workload.on_postgres) as url:
                yield Place(self._sandbox, stock, home, url)
        finally:
            shutil.rmtree(home)
