"""What a run of the matrix has done so far, in a file that outlives it: one JSON object in each line."""

import json
import time
from collections import Counter, defaultdict


class Log:
    """Rounds that were planned and scenarios that were played; written by one process, line by line.

    Attributes:
        planned: boundaries and scenarios of each round.
        played: what was wrong, by round and scenario; empty for nothing.
    """

    def __init__(self, path, *, resume=False):
        self.planned, self.played = {}, defaultdict(dict)
        self._began, self._before_s = time.monotonic(), 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        if resume and path.exists():
            self._read(path)
        self._file = path.open("a" if resume else "w")

    def plan(self, name, number, boundaries, scenarios):
        """Keep what a round consists of."""
        self._write({"workload": name, "round": number, "boundaries": boundaries, "planned": scenarios})

    def play(self, name, number, scenario, wrong, words):
        """Keep how one scenario ended."""
        self._write({"workload": name, "round": number, "scenario": scenario, "wrong": wrong, "words": words})

    def left(self, name, number):
        """Scenarios of a planned round that were not played."""
        return [one for one in self.planned[name, number][1] if one not in self.played[name, number]]

    @property
    def seconds(self):
        """At work, over all sessions until their last lines."""
        return self._before_s + time.monotonic() - self._began

    @property
    def scenarios(self):
        """How many were played."""
        return sum(len(one) for one in self.played.values())

    def by_workload(self):
        """Counts by workload: scenarios of each kind, what was wrong, and the boundaries of all its rounds."""
        sums = defaultdict(Counter)
        for (name, _), (boundaries, _) in self.planned.items():
            sums[name]["boundaries"] += boundaries
        for (name, _), scenarios in self.played.items():
            for scenario, wrong in scenarios.items():
                sums[name].update(wrong)
                sums[name][scenario.rpartition(" ")[0]] += 1
        return sums

    def close(self):
        """No more."""
        self._file.close()

    def _write(self, line):
        line |= {"seconds": round(self.seconds, 1)}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        self._take(line)

    def _read(self, path):
        for line in path.read_text().splitlines():
            try:
                self._take(read := json.loads(line))
                self._before_s = read["seconds"]
            except ValueError:  # the last line of a run that was killed
                continue

    def _take(self, line):
        key = line["workload"], line["round"]
        if "planned" in line:
            self.planned[key] = line["boundaries"], line["planned"]
        else:
            self.played[key][line["scenario"]] = line["wrong"]
