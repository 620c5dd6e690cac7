"""Both servers, from start to stop: one S3 server, one API, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from sandbox import app
from sandbox.dam.refusal import PREFIX
from sandbox.dam.uploads.parts import PUT_FOLDER
from sandbox.lock import CannotServeError
from sandbox.rclone import Rclone, RcloneError, answers
from sandbox.s3 import Bucket
from sandbox.settings import (
    BUCKET,
    ORIGINALS_BUCKET,
    Keys,
    Settings,
    http_url,
    remember_ports,
    remembered_keys,
    remembered_ports,
)
from sandbox.social.library import UPLOAD_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: How long running requests may take to end when the sandbox is told to stop, in seconds.
GRACE_S = 1
#: The last line printed; whoever starts the sandbox waits for it.
READY = "# ready"


class Server(uvicorn.Server):
    """uvicorn, leaving signals to us: its own handling ends the process before the S3 server is stopped."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.listens.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    def stop(self) -> None:
        """Take no more requests and end. What is cut off by that is nobody's mistake, so it is not reported."""
        logging.getLogger("uvicorn.error").disabled = True
        self.should_exit = True


def run(settings: Settings, *, stop_on_eof: bool = False) -> None:
    """Serve until a signal, or until standard input ends if `stop_on_eof`.

    Raises:
        CannotServeError: a port is in use, or the S3 server does not start.
    """
    keys = _prepare(settings.data)
    last = remembered_ports(settings.data)
    with contextlib.closing(_listen(settings, last["api"])) as listener:
        rclone = _start_s3(settings, keys, last["s3"])
        try:
            remember_ports(settings.data, api=listener.getsockname()[1], s3=rclone.port)
            # uvicorn chooses a loop only where it also runs it.
            with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
                runner.run(_serve(settings, keys, rclone, listener, stop_on_eof=stop_on_eof))
        finally:
            for one in (signal.SIGINT, signal.SIGTERM):  # we are stopping already
                signal.signal(one, signal.SIG_IGN)
            rclone.stop()


def _prepare(data: Path) -> Keys:
    """Make the folders before the S3 server has to: many first writes into a missing one race, and one of them fails."""
    for folder in (f"{BUCKET}/{UPLOAD_FOLDER}", f"{ORIGINALS_BUCKET}/{PUT_FOLDER}"):
        (data / "s3" / folder).mkdir(parents=True, exist_ok=True)
    return remembered_keys(data)


def _listen(settings: Settings, last: int) -> socket.socket:
    """A bound socket: on the port asked for, else on the last one, else on any."""
    wanted = [settings.port] if settings.port else [last, 0] if last else [0]
    for port in wanted:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        # Named TCP outright: asyncio sets TCP_NODELAY only then, and without it every answer takes 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, port))
        except OSError as error:
            listener.close()
            if port == wanted[-1]:
                raise CannotServeError(f"Port {port} of {settings.host} cannot be used: {error.strerror}.") from error
        else:
            return listener
    raise AssertionError("unreachable: the last port either binds or raises")


def _start_s3(settings: Settings, keys: Keys, last: int) -> Rclone:
    wanted = [settings.s3_port] if settings.s3_port else [last, 0] if last else [0]
    folder, log = settings.data / "s3", settings.data / "rclone.log"
    for port in wanted:
        try:
            return Rclone.start(folder, keys, host=settings.host, port=port, log=log)
        except RcloneError as error:
            if port == wanted[-1]:
                raise CannotServeError(str(error)) from error
    raise AssertionError("unreachable: the last port either starts or raises")


async def _serve(settings: Settings, keys: Keys, rclone: Rclone, listener: socket.socket, *, stop_on_eof: bool) -> None:
    api_url = http_url(settings.host, listener.getsockname()[1])
    bucket = Bucket(BUCKET, settings.data / "s3" / BUCKET, rclone.url, api_url, keys)
    sandbox = app.build(settings, keys, bucket)
    config = uvicorn.Config(
        sandbox.gate,
        http=sandbox.controls.connections.protocol(),
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)
    _stop_when_told(server, stop_on_eof=stop_on_eof)
    announcing = asyncio.create_task(_announce(server, settings, sandbox, rclone, listener))
    await server.serve([listener])
    announcing.cancel()
    for front in sandbox.fronts:
        await front.close()
    sandbox.library.store.close()
    sandbox.dam.close()


def _stop_when_told(server: Server, *, stop_on_eof: bool) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, server.stop)
    if stop_on_eof:

        def read() -> None:
            if not os.read(sys.stdin.fileno(), 4096):
                loop.remove_reader(sys.stdin.fileno())
                server.stop()

        loop.add_reader(sys.stdin.fileno(), read)


async def _announce(
    server: Server, settings: Settings, sandbox: app.Sandbox, rclone: Rclone, listener: socket.socket
) -> None:
    """Print how to reach the sandbox, once the API has really answered; the S3 server has already."""
    await server.listens.wait()
    if not await asyncio.to_thread(answers, *listener.getsockname()[:2]):
        server.stop()
        return
    api_url = http_url(settings.host, listener.getsockname()[1])
    dash_url, tokens = f"{api_url}{PREFIX}", sandbox.dam.tokens
    keys = tokens.keys
    names = {
        "DASH_SOCIAL_API_URL": api_url,
        "DASH_SOCIAL_AUTH_URL": api_url,
        "DASH_SOCIAL_TOKEN": keys.token,
        "DASH_SOCIAL_REQUESTS_PER_MINUTE": str(settings.requests_per_minute),
        "DASH_API_URL": dash_url,
        "DASH_API_TOKEN": keys.dash_token,
        "DASH_AUTH_URL": dash_url,
        "DASH_CLIENT_ID": keys.dash_client_id,
        "DASH_CLIENT_SECRET": keys.dash_client_secret,
        "DASH_REFRESH_TOKEN": tokens.refresh_token,
        "SANDBOX_S3_URL": rclone.url,
        "SANDBOX_S3_BUCKET": BUCKET,
        "SANDBOX_S3_ACCESS_KEY_ID": keys.access_key_id,
        "SANDBOX_S3_SECRET_ACCESS_KEY": keys.secret_access_key,
    }
    with contextlib.suppress(BrokenPipeError):  # whoever read them has left; we still serve
        print(*(f"export {name}={value}" for name, value in names.items()), READY, sep="\n", flush=True)  # noqa: T201 - this is the output
