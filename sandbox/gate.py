"""What every request passes before an endpoint sees it: counting, latency, the rate limit and scripted faults.

A plain ASGI callable: Starlette's `BaseHTTPMiddleware` costs a task and two streams per request.
"""

# Pydantic reads the annotations of `Conditions` at run time, so they are not postponed.
import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from sandbox import misbehave
from sandbox.connections import Connections
from sandbox.faults import FaultBook, Kind
from sandbox.rate import RateWindow
from sandbox.tally import Tally

#: Two services of one vendor, each with a rate limit of its own.
Service = Literal["social", "dam"]


@dataclass(frozen=True)
class Endpoint:
    """A name for requests, by method and path.

    Attributes:
        name: what fault rules and counters call it.
        method: HTTP method.
        path: pattern the whole path matches.
        is_api: False for object storage, which has neither our latency nor our rate limit.
        service: whose rate window it counts in.
    """

    name: str
    method: str
    path: re.Pattern[str]
    is_api: bool = True
    service: Service = "social"


class Conditions(BaseModel):
    """The weather over all APIs; changed at run time.

    Attributes:
        latency_ms: delay of every API answer.
        requests_per_minute: requests one window of each service lets through, announced and enforced.
        rate_window_s: length of that window in seconds.
        rate_headers: whether answers carry `x-ratelimit-*`.
        retry_after: the form of `Retry-After` in a 429.
        s3_url: endpoint that upload URLs name, such as that of a proxy in front of the S3 server; null: that server's own.
    """

    model_config = ConfigDict(extra="forbid")

    latency_ms: float = Field(0, ge=0)
    requests_per_minute: int = Field(1000, ge=0)
    rate_window_s: float = Field(60, gt=0)
    rate_headers: bool = True
    retry_after: Literal["seconds", "date", "none"] = "seconds"
    s3_url: str | None = None


@dataclass
class Controls:
    """Everything that can be changed or read at run time, apart from what an API stores."""

    conditions: Conditions
    initial: Conditions
    endpoints: Sequence[Endpoint] = ()
    faults: FaultBook = field(default_factory=FaultBook)
    tally: Tally = field(default_factory=Tally)
    connections: Connections = field(default_factory=Connections)
    rates: dict[Service, RateWindow] = field(default_factory=lambda: {one: RateWindow(0) for one in get_args(Service)})

    def set_conditions(self, conditions: Conditions) -> None:
        """Let these hold from the next request on."""
        self.conditions = conditions
        for rate in self.rates.values():
            rate.limit, rate.window_s = conditions.requests_per_minute, conditions.rate_window_s

    def reset(self) -> None:
        """Back to how it was started: no faults, no counts, a fresh rate window."""
        self.set_conditions(self.initial)
        self.faults.rules.clear()
        self.clear_counts()

    def clear_counts(self) -> None:
        """Count from nothing, and open fresh rate windows."""
        self.tally.clear()
        for rate in self.rates.values():
            rate.reset()

    def endpoint(self, scope: dict[str, Any]) -> Endpoint | None:
        """The endpoint a request is for; None for what belongs to no API, such as our own controls."""
        if scope["type"] != "http":
            return None
        method, path = scope["method"], scope["path"]
        return next((one for one in self.endpoints if one.method == method and one.path.fullmatch(path)), None)


class Gate:
    """ASGI middleware in front of the whole application."""

    def __init__(self, app: Any, controls: Controls) -> None:
        self.app = app
        self.controls = controls

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or answer it here."""
        endpoint = self.controls.endpoint(scope)
        if endpoint is None:
            await self.app(scope, receive, send)
            return
        with self.controls.tally.request(endpoint.name):
            await self._pass(endpoint, scope, receive, send)

    async def _pass(self, endpoint: Endpoint, scope: Any, receive: Any, send: Any) -> None:
        hits = self.controls.faults.due(endpoint.name)
        if latency_ms := endpoint.is_api * self.controls.conditions.latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        if late_ms := sum(rule.delay_ms for rule in hits if rule.kind is not Kind.HELD):
            receive = await misbehave.hold(late_ms / 1000, receive)
            if receive is None:
                return
        rate = self.controls.rates[endpoint.service]
        if endpoint.is_api:
            self.controls.tally.arrive(endpoint.service)
        is_allowed = rate.take() if endpoint.is_api else True
        send = self._announcing(endpoint, send)
        strike = next((rule for rule in hits if rule.kind is not Kind.DELAY), None)
        if not is_allowed:
            await misbehave.answer(send, 429, *self._too_many(rate))
        elif strike:
            await misbehave.misbehave(strike, self.app, self.controls.connections, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _announcing(self, endpoint: Endpoint, send: Any) -> Any:
        """`send`, counting the answer and adding the rate headers as they stand when it leaves."""
        controls, rate = self.controls, self.controls.rates[endpoint.service]

        async def announce(message: Any) -> None:
            if message["type"] == "http.response.start":
                controls.tally.answer(endpoint.name, message["status"])
                if endpoint.is_api and controls.conditions.rate_headers:
                    message = {**message, "headers": [*message.get("headers", ()), *rate.headers()]}
            await send(message)

        return announce

    def _too_many(self, rate: RateWindow) -> tuple[list[tuple[bytes, bytes]], bytes]:
        form = self.controls.conditions.retry_after
        headers = [(b"content-type", b"application/json")]
        if form != "none":
            headers.append(misbehave.retry_after(rate.reset_s, form))
        return headers, json.dumps({"description": f"{rate.limit} per 1 minute"}).encode()
