"""A TCP proxy on this machine that spoils the requests a `ToxicBook` names, each by itself, on connections that carry many.

It reads of HTTP only where a request begins and how long it is; from there to the next request, whatever the service sends is the
answer to it. Both directions stay bytes, so signatures, lengths and encodings are those of the two ends.
"""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit

from support.faults.toxics import Kind, Stream

#: Most bytes of one piece, in either direction.
PIECE = 64 * 1024

#: Pieces in a second that a bandwidth is cut into.
PIECES_A_SECOND = 20

#: What ends a conversation on either side.
GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)

#: Seconds in which a connection that is over must have taken what was sent to it; then it is torn down.
FAREWELL_S = 5


class Proxy:
    """One listener on 127.0.0.1 in front of one service, with a thread of its own; stopped by `stop`.

    Args:
        upstream: URL of the service.
        book: says which requests are struck, and by what.
    """

    def __init__(self, upstream, book):
        parts = urlsplit(upstream)
        self.upstream, self.book = (parts.hostname, parts.port), book
        self.jitter = random.Random(7)
        # Bound and never listening: it keeps the port ours while connections to it are refused.
        self._place = _bound(0)
        self._loop, self._listener, self._tasks = asyncio.new_event_loop(), None, set()
        self._outage, self._end_of_outage = None, None
        self._thread = Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._call(self.come_up())

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self._place.getsockname()[1]}"

    def heal(self):
        """Every connection is cut, and new ones are taken; what strikes them is the book's."""
        self._call(self._heal())

    def stop(self):
        """Cut everything and end the thread."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._place.close()

    async def come_up(self):
        """Take connections, if none are taken now."""
        if self._listener is None:
            self._listener = _bound(self._place.getsockname()[1])
            self._listener.setblocking(False)
            self._listener.listen()
            self._loop.add_reader(self._listener, self._take)

    def go_down(self, seconds):
        """Refuse connections, for so long or, with None, until it is healed; those that stand are cut."""
        self._outage = self._loop.create_task(self._go_down(seconds))

    async def _go_down(self, seconds):
        self._close()
        if seconds is not None:
            self._end_of_outage = self._loop.call_later(seconds, lambda: self._loop.create_task(self.come_up()))
        await self._cut()

    async def _heal(self):
        await self._cut()
        await self.come_up()

    async def _end(self):
        self._close()
        await self._cut()
        if self._outage is not None:
            await self._outage

    def _close(self):
        listener, self._listener = self._listener, None
        if self._end_of_outage is not None:
            self._end_of_outage.cancel()
        if listener is not None:
            self._loop.remove_reader(listener)
            listener.close()

    async def _cut(self):
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self):
        # Not asyncio's server: a connection that it takes just before it is closed is left open by Python 3.11.
        client, _ = self._listener.accept()
        task = self._loop.create_task(self._serve(client))
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._leave(task, client))

    def _leave(self, task, client):
        # A task that was cut before its first step has closed nothing.
        client.close()
        self._tasks.discard(task)

    async def _serve(self, client):
        reader, writer = await asyncio.open_connection(sock=client, limit=PIECE)
        try:
            with suppress(asyncio.CancelledError, *GONE):
                await self._converse(reader, writer)
            with suppress(asyncio.CancelledError):
                await _part(writer)
        finally:
            writer.transport.abort()

    async def _converse(self, reader, writer):
        service_reader, service_writer = await asyncio.open_connection(*self.upstream, limit=PIECE)
        try:
            await Conversation(self, (reader, writer), (service_reader, service_writer)).run()
        finally:
            await _part(service_writer)

    def _call(self, work):
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


class Conversation:
    """A connection of a client, and the one to the service that belongs to it."""

    def __init__(self, proxy, client, service):
        self._proxy = proxy
        self._reader, self._writer = client
        self._service_reader, self._service_writer = service
        self._toxic, self._left = None, 0

    async def run(self):
        """Pass on both directions until one of them ends."""
        ways = [asyncio.ensure_future(way) for way in (self._requests(), self._answers())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if self._is(Kind.SLOW_CLOSE):
                await asyncio.sleep(self._toxic.seconds)
        finally:
            for way in ways:
                way.cancel()
            ended = await asyncio.gather(*ways, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception) and not isinstance(error, GONE):
                raise error

    async def _requests(self):
        while True:
            head = await self._reader.readuntil(b"\r\n\r\n")
            method, target, length = _read_head(head)
            self._toxic = self._proxy.book.due(method, target)
            self._left = self._toxic.bytes if self._toxic else 0
            if self._is(Kind.DOWN):
                self._proxy.go_down(self._toxic.seconds)
                await _for_ever()  # it cuts this one too
            if self._is(Kind.SLOW_CLOSE):
                head = head[:-2] + b"Connection: close\r\n\r\n"
            await self._request(head, length)

    async def _request(self, head, length):
        piece = head
        while piece:
            await self._pass_on(piece, Stream.UP, self._service_writer)
            piece = await self._reader.read(min(PIECE, length))
            length -= len(piece)

    async def _answers(self):
        while piece := await self._service_reader.read(PIECE):
            await self._pass_on(piece, Stream.DOWN, self._writer)

    async def _pass_on(self, piece, stream, writer):
        """Raises `ConnectionAbortedError` when nothing may follow."""
        toxic = self._toxic
        match toxic.kind if toxic and toxic.stream is stream else None:
            case Kind.LATENCY:
                await asyncio.sleep(toxic.seconds + self._proxy.jitter.random() * toxic.jitter_s)
                await _send(writer, piece)
            case Kind.BANDWIDTH:
                await _send_slowly(writer, piece, toxic.bytes)
            case Kind.SLICER:
                await _send_sliced(writer, piece, toxic.bytes, toxic.seconds)
            case Kind.TIMEOUT:
                await self._be_silent(stream, toxic.seconds)
            case Kind.RESET_PEER:
                self._reset()
            case Kind.LIMIT_DATA:
                await self._limit(writer, piece)
            case _:
                await _send(writer, piece)

    async def _be_silent(self, stream, seconds):
        """Until so long is over, or the client has left; whichever way reads what the client says notices that."""
        if seconds is not None:
            await asyncio.sleep(seconds)
        elif stream is Stream.UP:
            await self._reader.read()
        else:
            await _for_ever()
        raise ConnectionAbortedError

    def _reset(self):
        linger = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()
        raise ConnectionAbortedError

    async def _limit(self, writer, piece):
        await _send(writer, piece[: self._left])
        self._left -= len(piece)
        if self._left <= 0:
            raise ConnectionAbortedError

    def _is(self, kind):
        return self._toxic is not None and self._toxic.kind is kind


async def _part(writer):
    """Close in order; a client that takes nothing any more is not waited for."""
    writer.close()
    try:
        async with asyncio.timeout(FAREWELL_S):
            await writer.wait_closed()
    except GONE:
        writer.transport.abort()


async def _for_ever():
    await asyncio.Event().wait()


async def _send(writer, piece):
    writer.write(piece)
    await writer.drain()


async def _send_slowly(writer, piece, bytes_per_s):
    size = max(1, bytes_per_s // PIECES_A_SECOND)
    await _send_sliced(writer, piece, size, size / bytes_per_s)


async def _send_sliced(writer, piece, size, pause_s):
    for start in range(0, len(piece), size):
        await _send(writer, piece[start : start + size])
        await asyncio.sleep(pause_s)


def _read_head(head):
    """Method, target and length of the body of a request."""
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    named = (line.partition(":") for line in lines[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in named}
    return method, target, int(headers.get("content-length", 0))


def _bound(port):
    """A socket of ours on this machine; two may share a port as long as one of them listens at most."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made
