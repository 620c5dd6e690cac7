"""What a struck request sees on the wire."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox.dam.refusal import documented, problem
from sandbox.faults import Kind, Rule

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from sandbox.connections import Connections

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Key of an ASGI scope under which the wanted life of an upload URL travels to the endpoint that issues it, in seconds.
EXPIRES_IN = "sandbox.expires_in"


async def misbehave(rule: Rule, app: App, connections: Connections, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, or fail to, as `rule` says."""
    match rule.kind:
        case Kind.STATUS:
            if rule.effect:
                await _run(app, scope, receive)
            await answer(send, rule.status, *_status_answer(rule, scope))
        case Kind.RESET_BEFORE:
            # The request is read to its end first: cut in the middle, the client sees a broken pipe now and then.
            while (await receive()).get("more_body"):
                pass
            await _cut(connections.reset, scope, receive)
        case Kind.RESET_AFTER:
            await _run(app, scope, receive)
            await _cut(connections.reset, scope, receive)
        case Kind.HELD:
            await _hold_back(rule, app, scope, receive, send)
        case Kind.TRUNCATE:
            start, body = await _run(app, scope, receive)
            await send(start)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await _cut(connections.close, scope, receive)
        case Kind.EXPIRED_URL:
            scope[EXPIRES_IN] = rule.expires_in
            await app(scope, receive, send)
        case Kind.WRONG_ETAG:
            start, body = await _run(app, scope, receive)
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"etag"]
            await send({**start, "headers": [*kept, (b"etag", b'"%s"' % (b"0" * 32))]})
            await send({"type": "http.response.body", "body": body})


async def answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Send one whole answer."""
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _run(app: App, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Let it happen, and keep the answer back: its start and its whole body."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    return start, bytes(body)


async def _hold_back(rule: Rule, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    start, body = await _run(app, scope, receive)
    rule.happened += 1
    if await hold(rule.delay_ms / 1000, receive) is not None:
        await send(start)
        await send({"type": "http.response.body", "body": body})


async def hold(seconds: float, receive: Receive) -> Receive | None:
    """Wait so long; then what receives all that the client sent, meanwhile too. None when it left: nobody waits for it."""
    kept: list[Message] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not kept or kept[-1]["type"] != "http.disconnect":
                kept.append(await receive())
    if kept and kept[-1]["type"] == "http.disconnect":
        return None

    async def again() -> Message:
        return kept.pop(0) if kept else await receive()

    return again


async def _cut(cut: Callable[[Any], None], scope: Scope, receive: Receive) -> None:
    """Cut the connection and wait until it is gone, so that the server does not try to answer on it."""
    cut(tuple(scope["client"]))
    while (await receive())["type"] != "http.disconnect":
        pass


def _status_answer(rule: Rule, scope: Scope) -> tuple[list[tuple[bytes, bytes]], bytes]:
    phrase = HTTPStatus(rule.status).phrase if rule.status in HTTPStatus._value2member_map_ else "Unknown"
    content_type, body = {
        "description": ("application/json", json.dumps({"description": rule.message})),
        "code": (
            "application/json",
            json.dumps({"code": rule.status, "status": phrase, "message": rule.message, "errors": {}}),
        ),
        "documented": ("application/json", json.dumps(documented(rule.status, phrase, rule.message, scope))),
        "problem": ("application/problem+json", json.dumps(problem(rule.status, phrase, rule.message, scope))),
        "html": ("text/html", f"<html><head><title>{rule.status} {phrase}</title></head><body>nginx</body></html>"),
        "xml": ("application/xml", s3_error(rule.code, rule.message)),
        "empty": ("text/plain", ""),
    }[rule.body]
    return [(b"content-type", content_type.encode()), *_retry_after(rule)], body.encode()


def _retry_after(rule: Rule) -> list[tuple[bytes, bytes]]:
    return [] if rule.retry_after is None else [retry_after(rule.retry_after, rule.retry_after_as)]


def retry_after(seconds: float, form: str) -> tuple[bytes, bytes]:
    """The `Retry-After` header, as seconds or as an HTTP date."""
    when = datetime.now(UTC) + timedelta(seconds=seconds)
    return b"retry-after", (format_datetime(when, usegmt=True) if form == "date" else f"{seconds:g}").encode()


def s3_error(code: str, message: str) -> str:
    """An error body in S3's XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
