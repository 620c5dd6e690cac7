"""What a network does to a request or to its answer, by the names that the field gives it, and which requests it does it to.

The vocabulary is that of TCP fault proxies: latency, down, bandwidth, slow_close, timeout, reset_peer, slicer, limit_data. A toxic
strikes single requests, not whole connections, since a connection that is kept open carries many of them.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock


class Kind(StrEnum):
    """What happens to the bytes of one direction."""

    LATENCY = "latency"  # they come late
    DOWN = "down"  # the connection ends, nothing is passed on, and further ones are refused for a while
    BANDWIDTH = "bandwidth"  # they come slowly
    SLOW_CLOSE = "slow_close"  # all comes, the connection is over, and its end is told late
    TIMEOUT = "timeout"  # nothing comes any more; the connection stays open, for a while or for ever
    RESET_PEER = "reset_peer"  # nothing comes, the client sees a TCP RST
    SLICER = "slicer"  # they come in small pieces
    LIMIT_DATA = "limit_data"  # so many come, then the connection ends


class Stream(StrEnum):
    """A direction: the request's, or the answer's."""

    UP = "upstream"
    DOWN = "downstream"


@dataclass(frozen=True)
class Toxic:
    """One fault of the network.

    It passes over the first `after` requests to its endpoint, then strikes `times` of them.

    Args:
        kind: what happens.
        stream: to which direction; of no meaning to DOWN, SLOW_CLOSE.
        endpoint: the sandbox's name of the requests it strikes, or `*`.
        times: how many it strikes; None is all of them until it is taken away.
        after: requests that come through before.
        seconds: LATENCY: before each piece. SLOW_CLOSE: before the end is told. SLICER: between two pieces. DOWN and TIMEOUT: until
            connections are taken again, or this one is ended; None is until the toxic is taken away, or the client leaves.
        jitter_s: LATENCY: up to so many seconds more.
        bytes: BANDWIDTH: in a second. SLICER: of a piece. LIMIT_DATA: that come.
    """

    kind: Kind
    stream: Stream = Stream.DOWN
    endpoint: str = "*"
    times: int | None = None
    after: int = 0
    seconds: float | None = None
    jitter_s: float = 0.0
    bytes: int = 0


@dataclass
class ToxicBook:
    """The toxics that hold now, how often any struck, and what passed. For any number of threads and proxies.

    Args:
        endpoints: the sandbox's: name, method, and pattern of the path.

    Attributes:
        struck: requests that met a toxic since the last `clear`.
        seen: requests by the sandbox's name of them, since then.
    """

    endpoints: tuple
    struck: int = 0
    seen: Counter = field(default_factory=Counter)
    _toxics: dict = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, toxic):
        """Let it strike from the next request on."""
        with self._lock:
            self._toxics[toxic] = 0

    def clear(self):
        """Take all away, and count from nothing."""
        with self._lock:
            self._toxics, self.struck, self.seen = {}, 0, Counter()

    def due(self, method, target):
        """The toxic that strikes this request, or None; asking counts as a request."""
        name = self.name_of(method, target)
        if name is None:
            return None
        with self._lock:
            self.seen[name] += 1
            return next((toxic for toxic in self._toxics if self._strikes(toxic, name)), None)

    def name_of(self, method, target):
        """The sandbox's name of a request, None for one that belongs to no API."""
        path = target.partition("?")[0]
        found = (one.name for one in self.endpoints if one.method == method and one.path.fullmatch(path))
        return next(found, None)

    def _strikes(self, toxic, name):
        if toxic.endpoint not in ("*", name):
            return False
        self._toxics[toxic] += 1
        turn = self._toxics[toxic] - toxic.after
        is_due = turn >= 1 and (toxic.times is None or turn <= toxic.times)
        self.struck += is_due
        return is_due
