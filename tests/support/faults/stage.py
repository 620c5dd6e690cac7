"""Where a scenario plays: a sandbox, a proxy before its API and one before its S3 server, and a folder of its own."""

import re
from contextlib import contextmanager
from types import SimpleNamespace

import httpx
from support.faults.proxy import Proxy
from support.faults.toxics import ToxicBook

from dashmedia.http import TIMEOUT, Api
from dashmedia.kept_connections import KeptConnections
from dashmedia.storage import Storage
from sandbox.dam import api as dam_api
from sandbox.gate import Endpoint
from sandbox.settings import BUCKET, ORIGINALS_BUCKET
from sandbox.social import api as social_api

#: As the sandbox calls them itself when they come through its storage front.
STORAGE = (
    Endpoint("put_object", "PUT", re.compile(f"/{BUCKET}/.+"), is_api=False),
    Endpoint("put_part", "PUT", re.compile(f"/{ORIGINALS_BUCKET}/.+"), is_api=False),
)
ENDPOINTS = (*social_api.ENDPOINTS, *dam_api.ENDPOINTS, *STORAGE)

#: Variables of the environment that name the sandbox.
URLS = ("DASH_SOCIAL_API_URL", "DASH_SOCIAL_AUTH_URL", "DASH_API_URL", "DASH_AUTH_URL")


class Stage:
    """One sandbox behind two proxies; what is told to it goes past them.

    Args:
        sandbox: running.
        folder: for everything that the scenarios write; each takes a new one within.

    Attributes:
        through: what a workload takes for the sandbox, with the addresses of the proxies.
    """

    def __init__(self, sandbox, folder):
        self.sandbox, self._folder, self._played = sandbox, folder, 0
        self.book = ToxicBook(ENDPOINTS)
        self._api, self._s3 = (Proxy(url, self.book) for url in (sandbox.api_url, sandbox.s3_url))
        here = {name: sandbox.env[name].replace(sandbox.api_url, self._api.url) for name in URLS}
        self.through = SimpleNamespace(env=sandbox.env | here)

    def begin(self, **variant):
        """An empty sandbox that is read as `variant` says, and an empty folder."""
        self.sandbox.tell("reset")
        self._base = {"s3_url": self._s3.url} | variant
        self.mend()
        self._played += 1
        self.folder = self._folder / str(self._played)
        self.folder.mkdir(parents=True)
        self.ledger = self.folder / "ledger.sqlite3"

    def spoil(self, scenario):
        """Let the scenario's fault hold from now on."""
        self.sandbox.tell("variant", dict(scenario.variant))
        self.sandbox.tell("faults", [dict(rule) for rule in scenario.rules])
        for toxic in scenario.toxics:
            self.book.add(toxic)

    def mend(self):
        """Nothing is wrong any more: every connection is new, and what was stuck goes on."""
        self.book.clear()
        for proxy in (self._api, self._s3):
            proxy.heal()
        self.sandbox.forget("faults")
        self.sandbox.forget("variant")
        self.sandbox.tell("variant", self._base)
        self.sandbox.tell("unstick_jobs")

    def struck(self, scenario=None):
        """How many requests met a fault, whoever made it; or only those that met this scenario's."""
        rules = self.sandbox.ask("faults")
        if scenario is not None:
            rules = rules[len(rules) - len(scenario.rules) :]
        return self.book.struck + sum(rule["struck"] for rule in rules)

    def stop(self):
        """Close the proxies; the sandbox is somebody else's."""
        for proxy in (self._api, self._s3):
            proxy.stop()


@contextmanager
def staged(sandbox, folder):
    """A stage, closed at the end."""
    stage = Stage(sandbox, folder)
    try:
        yield stage
    finally:
        stage.stop()


@contextmanager
def impatient(silence_s, answer_s):
    """In this whole process, a service is given up that says nothing, or is not through, for so long; flows have no argument for it."""
    changes = (
        (Api, "timeout", httpx.Timeout(silence_s, connect=TIMEOUT.connect)),
        (Storage, "silence_s", silence_s),
        (KeptConnections, "answer_s", answer_s),
    )
    usual = [owner.__init__.__kwdefaults__[name] for owner, name, _ in changes]
    for owner, name, value in changes:
        owner.__init__.__kwdefaults__[name] = value
    try:
        yield
    finally:
        for (owner, name, _), value in zip(changes, usual, strict=True):
            owner.__init__.__kwdefaults__[name] = value
