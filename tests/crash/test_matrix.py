"""A sample of the crash matrix, always the same; `make crash` plays all of it (see `tests/support/crash`)."""

import random

import pytest
from support.crash.place import Place
from support.crash.scenario import Scenario, Stage, plan_round
from support.crash.workloads import WORKLOADS, draw_workload

SEED = 1

#: How many single kills of each workload.
KILLS = 10

#: Workloads that are killed as whole processes too; loading everything takes these seconds.
WHOLE = ("many brands", "DAM in parts", "promotion", "backfill")


class Round:
    """The first round of a workload."""

    def __init__(self, name, sandbox, folder):
        self._homes, stock = folder / "homes", folder / "stock"
        stock.mkdir()
        workload = draw_workload(name, 0, SEED)
        workload.stock(Place(sandbox, stock, folder))
        self._sandbox, self._stock = sandbox, stock
        self._stage = Stage(workload, (name, 0, SEED))
        self.boundaries = self._stage.count(self._place("count"))

    def play(self, scenarios):
        """What was wrong, by scenario; those after which nothing was are left out."""
        found = {scenario: self._stage.play(scenario, self._place(str(scenario))) for scenario in scenarios}
        return {str(scenario): str(one) for scenario, one in found.items() if not one.is_clean}

    def _place(self, name):
        home = self._homes / name.replace(" ", "-")
        home.mkdir(parents=True)
        return Place(self._sandbox, self._stock, home)


@pytest.fixture(params=WORKLOADS)
def name(request):
    return request.param


def test_a_kill_at_any_boundary_loses_doubles_and_shortens_nothing(name, sandbox, tmp_path, record_property):
    played = Round(name, sandbox, tmp_path)
    chosen = random.Random(SEED).sample(range(1, played.boundaries + 1), KILLS)

    wrong = played.play([Scenario("kill", (at,)) for at in sorted(chosen)])

    assert wrong == {}
    record_property("kills", f"{KILLS} of {played.boundaries} boundaries")


def test_two_kills_in_a_row_or_one_of_two_runs_at_once_lose_double_and_shorten_nothing(name, sandbox, tmp_path):
    played = Round(name, sandbox, tmp_path)
    drawn = plan_round(played.boundaries, random.Random(SEED), processes=name in WHOLE)
    of_kind = {one.kind: one for one in drawn}

    wrong = played.play([one for kind, one in of_kind.items() if kind != "kill"])

    assert wrong == {}
