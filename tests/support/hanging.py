"""A request that the service does not answer, before or after it did what was asked, so that a process can die waiting for it."""

import time

#: Kind of the fault, by moment.
MOMENTS = {"before the effect": "delay_ms", "after the effect": "held"}

#: Longer than any test, in milliseconds.
FOR_EVER_MS = 600_000


def hang(sandbox, endpoint, moment, after=1):
    """The request to this endpoint that follows so many others gets no answer."""
    rule = {"endpoint": endpoint, "kind": MOMENTS[moment], "delay_ms": FOR_EVER_MS, "times": 1, "after": after}
    sandbox.tell("faults", [rule])


def kill_once_it_hangs(sandbox, process):
    """SIGKILL as soon as the process waits for that answer; then all is well again. Returns whether it had come so far."""
    while not (hangs := any(map(_is_met, sandbox.ask("faults")))) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    sandbox.forget("faults")
    return hangs


def _is_met(rule):
    return rule["happened" if rule["kind"] == "held" else "struck"] > 0
