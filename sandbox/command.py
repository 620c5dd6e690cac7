"""The command line: `python -m sandbox --data DIR`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from sandbox.lock import CannotServeError, locked
from sandbox.settings import REQUESTS_PER_MINUTE, Settings, loopback

EXPLANATION = """\
Serves Dash Social and Dash as the contracts have them, in front of a real S3 server, on this machine only.
Once both answer, it prints the environment variables to use it; Ctrl-C ends everything.
"""


def parser() -> argparse.ArgumentParser:
    """The options; none has an effect beyond `Settings`."""
    options = argparse.ArgumentParser("python -m sandbox", description=EXPLANATION)
    options.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder it keeps everything in")
    options.add_argument("--host", default="127.0.0.1", help="loopback address to bind (default: %(default)s)")
    options.add_argument("--port", type=_port, default=0, help="of the API (default: as last time, else any free one)")
    options.add_argument("--s3-port", type=_port, default=0, help="of the S3 server (default: as for --port)")
    options.add_argument("--latency-ms", type=_amount, default=0, help="delay of every API answer (default: 0)")
    options.add_argument("--seed", type=int, default=1, help="of all random choices (default: %(default)s)")
    options.add_argument(
        "--requests-per-minute",
        type=int,
        default=REQUESTS_PER_MINUTE,
        help="rate limit, announced and enforced (default: %(default)s)",
    )
    options.add_argument(
        "--last-day", type=_day, metavar="YYYY-MM-DD", help="of the DAM's demo data, in UTC (default: yesterday)"
    )
    options.add_argument(
        "--stop-on-eof", action="store_true", help="end when standard input ends, as it does when the starter dies"
    )
    return options


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; 0 to 65535 are")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; 2026-10-31 is") from error


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1
    if not 0 <= amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of milliseconds from 0 up")
    return amount


def main(words: list[str]) -> int:
    """Serve until told to stop; the exit status."""
    options = parser().parse_args(words)
    try:
        options.host = loopback(options.host)
    except ValueError as error:
        parser().error(str(error))
    stop_on_eof = options.stop_on_eof
    del options.stop_on_eof
    os.umask(0o077)  # what lies in the folder is for its owner
    try:
        with locked(options.data):
            from sandbox import serve  # noqa: PLC0415 - takes a second, and refusals need not wait

            serve.run(Settings(**vars(options)), stop_on_eof=stop_on_eof)
    except CannotServeError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is the output
        return 1
    return 0
