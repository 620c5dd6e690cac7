"""`python -m sandbox`: what Ctrl-C does comes first, because everything else takes a while to import."""

from __future__ import annotations

import signal
import sys


def start() -> int:
    """Serve until told to stop; the exit status. Being told to is how it ends, so that is 0, at every instant."""
    for one in (signal.SIGINT, signal.SIGTERM):  # until the event loop takes over
        signal.signal(one, lambda *_: sys.exit(0))
    from sandbox import command  # noqa: PLC0415 - see above

    return command.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
