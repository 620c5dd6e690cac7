"""Rounds shared out among processes, and what they say written down."""

import multiprocessing
from multiprocessing.connection import wait

from support.crash.player import play_rounds


class Crew:
    """Processes that play rounds until enough scenarios are planned.

    Args:
        log: is told everything.
        names: of workloads, which come in turn.
        numbers: of their rounds.
        scenarios: how many there are to be at least.
        told: is called after each scenario with its workload, round, text, what was wrong and words on it.
    """

    def __init__(self, log, names, numbers, scenarios, told):
        self._log, self._scenarios, self._told = log, scenarios, told
        self._orders = self._new_orders(names, numbers)
        self._under_way = {}

    def run(self, processes, seed, failed):
        """Play everything; processes that are left when something ends us early are ended too."""
        crew = [self._enlist(seed, failed) for _ in range(processes)]
        pipes = dict(crew)
        try:
            for pipe in list(pipes):
                self._order(pipe, pipes)
            while pipes:
                for pipe in wait(list(pipes)):
                    self._hear(pipe, pipes)
        except BaseException:
            for _, process in crew:
                process.terminate()
            raise
        finally:
            for pipe, process in crew:
                pipe.close()
                process.join()

    def _enlist(self, seed, failed):
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=play_rounds, args=(theirs, seed, failed))
        process.start()
        theirs.close()
        return ours, process

    def _new_orders(self, names, numbers):
        """Rounds that were begun before, then new ones for as long as there are too few scenarios."""
        for name, number in list(self._log.planned):
            if left := self._log.left(name, number):
                yield name, number, left
        for number in numbers:
            for name in names:
                if self._planned() >= self._scenarios:
                    return
                if (name, number) not in self._log.planned:
                    yield name, number, None

    def _planned(self):
        """Scenarios of all rounds; those that are being counted are taken for average ones."""
        known = [len(scenarios) for _, scenarios in self._log.planned.values()]
        counting = sum(1 for name, number in self._under_way.values() if (name, number) not in self._log.planned)
        return sum(known) + counting * (sum(known) // len(known) if known else 0)

    def _order(self, pipe, pipes):
        """The next round for this process, or its end."""
        self._under_way.pop(pipe, None)
        order = next(self._orders, None)
        pipe.send(order)
        if order is None:
            del pipes[pipe]
        else:
            self._under_way[pipe] = order[:2]

    def _hear(self, pipe, pipes):
        try:
            what, *told = pipe.recv()
        except EOFError:
            self._break(self._under_way[pipe], "the process that played it is gone")
            del pipes[pipe]
            return
        key = self._under_way[pipe]
        if what == "planned":
            self._log.plan(*key, *told)
        elif what == "played":
            self._log.play(*key, *told)
            self._told(*key, *told)
        elif what == "broken":
            self._break(key, *told)
        else:
            self._order(pipe, pipes)

    def _break(self, key, words):
        """The rest of the round cannot be played, and that counts."""
        self._log.play(*key, "", {"unfinished": 1}, words)
        self._told(*key, "", {"unfinished": 1}, words)
