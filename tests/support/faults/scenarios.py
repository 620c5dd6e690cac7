"""All scenarios: each fault, at each endpoint that a flow is seen to use, once for a while and once until somebody mends it.

Nothing here lists what a flow calls: a run without any fault tells it. Where a fault begins among the requests to its endpoint is
drawn from the seed.
"""

import random
import re
from dataclasses import dataclass

from support.faults.toxics import Kind, Stream, Toxic

#: A fault that passes strikes so many requests, fewer than one call sends in all.
PASSING = 2

#: Calls with an effect; each of their faults is played both ways. A call that only reads meets each fault in one of the two, by turns.
EFFECTS = re.compile("put_.*|create_.*|complete_.*|submit_.*|media_upload_url")

#: Bytes in a second that no client should wait for.
TRICKLE = 40

UP, DOWN = Stream.UP, Stream.DOWN

#: By name in the table; endpoint, first request and number are the scenario's.
TOXICS = {
    "latency, request": Toxic(Kind.LATENCY, UP, seconds=0.05, jitter_s=0.1),
    "latency, answer": Toxic(Kind.LATENCY, DOWN, seconds=0.05, jitter_s=0.1),
    "down": Toxic(Kind.DOWN, seconds=0.05),
    "bandwidth, request": Toxic(Kind.BANDWIDTH, UP, bytes=16_000),
    "bandwidth, answer": Toxic(Kind.BANDWIDTH, DOWN, bytes=16_000),
    "bandwidth, answer trickles": Toxic(Kind.BANDWIDTH, DOWN, bytes=TRICKLE),
    "slow_close": Toxic(Kind.SLOW_CLOSE, seconds=0.5),
    "timeout, request": Toxic(Kind.TIMEOUT, UP),
    "timeout, answer": Toxic(Kind.TIMEOUT, DOWN),
    "timeout, then closed": Toxic(Kind.TIMEOUT, DOWN, seconds=0.1),
    "reset_peer, request": Toxic(Kind.RESET_PEER, UP),
    "reset_peer, answer": Toxic(Kind.RESET_PEER, DOWN),
    "slicer, request": Toxic(Kind.SLICER, UP, bytes=100, seconds=0.001),
    "slicer, answer": Toxic(Kind.SLICER, DOWN, bytes=100, seconds=0.001),
    "limit_data, request": Toxic(Kind.LIMIT_DATA, UP, bytes=400),
    "limit_data, answer": Toxic(Kind.LIMIT_DATA, DOWN, bytes=150),
}

#: By name in the table: what the service, or the storage, answers.
RULES = {
    "429, Retry-After": {"kind": "status", "status": 429, "retry_after": 2},
    "429, Retry-After as a date": {"kind": "status", "status": 429, "retry_after": 1, "retry_after_as": "date"},
    "429, no word of when": {"kind": "status", "status": 429},
    "429, beyond the budget": {"kind": "status", "status": 429, "retry_after": 7_200},
    "500 before the effect": {"kind": "status", "status": 500},
    "503 after the effect": {"kind": "status", "status": 503, "effect": True},
    "502 in HTML before the effect": {"kind": "status", "status": 502, "body": "html"},
    "504 in HTML after the effect": {"kind": "status", "status": 504, "body": "html", "effect": True},
    "200 with a page of HTML": {"kind": "status", "status": 200, "body": "html", "effect": True},
    "200 with nothing": {"kind": "status", "status": 200, "body": "empty", "effect": True},
    "truncated body": {"kind": "truncate"},
    "reset before the effect": {"kind": "reset_before"},
    "reset after the effect": {"kind": "reset_after"},
}

#: The same for calls of which they can be true.
RULES_OF = {
    "put_object": {"wrong ETag": {"kind": "wrong_etag"}},
    "put_part": {"wrong ETag": {"kind": "wrong_etag"}},
    "media_upload_url": {"expired URL": {"kind": "expired_url"}},
    "create_asset_upload": {"expired URL": {"kind": "expired_url"}},
}

_JOBS = {
    "job fails, half done": {"job_end": "failed", "job_share": 0.5},
    "job fails, all done, says nothing": {"job_end": "failed", "job_failed_tells": False},
    "job fails, nothing done": {"job_end": "failed", "job_share": 0},
    "job done, every second row failed": {"job_failing_every": 2},
    "job done, half of the rows left out": {"job_share": 0.5},
    "job stuck at the half": {"job_end": "stuck", "job_share": 0.5},
    "job stuck at its beginning": {"job_end": "stuck", "job_share": 0},
    "job stuck, all done": {"job_end": "stuck"},
    "job under an unknown word": {"job_running_word": "SLEEPING", "job_word": "RESTING", "job_dated": False},
}
_JOBS |= {f"first {name}": change | {"bent_jobs": 1} for name, change in _JOBS.items() if "unknown" not in name}
_UPLOADS = {
    "expired URLs of parts": {"part_url_expires_s": 0},
    "ETags that are no MD5": {"part_etag": "other_hex"},
    "second completion refused": {"completion_again": "refused"},
}
_LISTS = {f"list {bend}": {"list_pages": bend} for bend in ("repeating", "shifting", "growing", "shrinking")}
_SEARCHES = {
    "pages shuffled": {"event_order": "shuffled"},
    "pages with unstable ties": {"event_order": "unstable_ties"},
    "pages in no order": {"event_order": "ignored"},
    "pages short": {"event_pages": "short"},
    "pages repeating a row": {"event_pages": "repeating"},
    "pages doubled": {"event_pages": "doubled"},
    "pages stale": {"event_pages": "stale"},
    "count growing": {"event_total": "growing"},
    "count shrinking": {"event_total": "shrinking"},
    "count flickering": {"event_total": "flickering"},
    "buckets short": {"lost_in_buckets": 3},
    "events arriving meanwhile": {"arriving": 1, "arriving_where": "searched"},
    "events without id": {"event_flaw": "without_id"},
    "events outside of the window": {"event_flaw": "outside_window"},
}
_SEARCHES |= {
    f"{name}, for a while": change | {"bent_searches": 3}
    for name, change in _SEARCHES.items()
    if "event_order" not in change
}

#: By flow: what is said to be right, and is not, or not any more at the next request.
VARIANTS = {
    "ingest": {"never processed": {"process_after_looks": None, "process_after_ms": None}},
    "ingest, lost answers": {
        "duplicates are refused": {"duplicates": "refuse"},
        "duplicates are taken for the first": {"duplicates": "upsert"},
        "creates answer without id": {"create_shape": "no_id"},
    },
    "ingest, long list": _LISTS,
    "DAM, whole files": _JOBS,
    "DAM, in parts": _JOBS | _UPLOADS,
    "promotion": _JOBS | {"assets in the wrong state passed over": {"wrong_state": "skipped"}},
    "export": _SEARCHES,
}


@dataclass(frozen=True)
class Scenario:
    """One fault in one flow.

    Args:
        flow: name of the workload.
        fault: name in the table.
        endpoint: which requests it strikes; a dash where it is not a matter of requests.
        lasts: until somebody mends it, or for `PASSING` requests.
        toxics: of the network.
        rules: of the services, as the sandbox takes them.
        variant: how the sandbox is read.
    """

    flow: str
    fault: str
    endpoint: str = "–"
    lasts: bool = True
    toxics: tuple = ()
    rules: tuple = ()
    variant: tuple = ()

    def __str__(self):
        return f"{self.flow}: {self.fault} at {self.endpoint}, {'until mended' if self.lasts else 'passing'}"

    @property
    def brings_more(self):
        """Whether the truth grows while a run looks, so that only a later run can have all of it."""
        return "arriving" in dict(self.variant)

    @property
    def needs_patience(self):
        """Whether only the client's own patience ends a request."""
        return any(_never_ends(toxic) for toxic in self.toxics)


def _never_ends(toxic):
    is_silent = toxic.kind is Kind.TIMEOUT and toxic.seconds is None
    return is_silent or (toxic.kind is Kind.BANDWIDTH and toxic.bytes == TRICKLE)


def scenarios_of(flow, workload, seen, seed):
    """Every scenario of a flow, in an order of their own.

    Args:
        flow: name of the workload.
        workload: what is run.
        seen: requests by endpoint in a run without the fault.
        seed: of the choice of the first request that is struck; None is always the first one.
    """
    draw = random.Random(f"{seed} {flow}")
    endpoints = sorted(seen) if workload.endpoints is None else workload.endpoints
    for endpoint in endpoints:
        faults = TOXICS | RULES | RULES_OF.get(endpoint, {})
        for number, (name, fault) in enumerate(faults.items()):
            for lasts in (False, True) if EFFECTS.fullmatch(endpoint) else (number % 2 == 0,):
                where = {"endpoint": endpoint, "times": None if lasts else PASSING}
                where["after"] = draw.randrange(seen[endpoint]) if seed is not None else 0
                yield Scenario(flow, name, endpoint, lasts, **_aimed(fault, where))
    for name, change in VARIANTS.get(flow, {}).items():
        yield Scenario(flow, name, variant=_items(change))


def _aimed(fault, where):
    if not isinstance(fault, Toxic):
        return {"rules": (_items(_spelled(fault | where)),)}
    lasting_outage = {"seconds": None} if fault.kind is Kind.DOWN and where["times"] is None else {}
    return {"toxics": (Toxic(**(vars(fault) | where | lasting_outage)),)}


def _spelled(rule):
    """The storage speaks XML."""
    is_storage = rule["endpoint"].startswith("put_") and rule["kind"] == "status" and "body" not in rule
    return rule | {"body": "xml"} if is_storage else rule


def _items(mapping):
    """A mapping that can be a member of something frozen."""
    return tuple(mapping.items())
