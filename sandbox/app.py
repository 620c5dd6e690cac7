"""The application: every API of the sandbox, its storage front and its controls, behind one gate."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.routing import Mount

from sandbox.connections import client_left
from sandbox.control import Control
from sandbox.dam import api as dam_api
from sandbox.dam.control import DamControl
from sandbox.dam.refusal import PREFIX, RefusedError, refusal
from sandbox.dam.service import Dam
from sandbox.dam.uploads.front import PartFront
from sandbox.front import Front
from sandbox.gate import Conditions, Controls, Endpoint, Gate
from sandbox.settings import BRANDS, ORIGINALS_BUCKET
from sandbox.social import api as social
from sandbox.social.library import Library
from sandbox.social.store import Store
from sandbox.social.variant import Variant

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from sandbox.s3 import Bucket
    from sandbox.settings import Keys, Settings


@dataclass(frozen=True)
class Sandbox:
    """The application and what has to be reached or closed beside it."""

    gate: Gate
    controls: Controls
    library: Library
    dam: Dam
    fronts: tuple[Front, PartFront]


def build(settings: Settings, keys: Keys, bucket: Bucket) -> Sandbox:
    """Put everything together; nothing is served yet."""
    conditions = Conditions(latency_ms=settings.latency_ms, requests_per_minute=settings.requests_per_minute)
    controls = Controls(conditions, conditions, (*social.ENDPOINTS, *dam_api.ENDPOINTS, *_storage_endpoints(bucket)))
    controls.set_conditions(conditions)
    bucket = replace(bucket, announced_url=lambda: controls.conditions.s3_url)
    library = _library(settings, keys, bucket)
    library.uses_front = lambda: controls.faults.names("put_object")
    dam = Dam(settings, keys, _originals(bucket))
    dam.uploads.addresses.front_is_needed = lambda: controls.faults.names("put_part")
    parts = PartFront(dam.uploads.bucket, dam.uploads.tables, lambda: dam.variant)
    fronts = Front(bucket, lambda: library.variant.put_mode), parts
    return Sandbox(Gate(_routes(controls, library, dam, fronts), controls), controls, library, dam, fronts)


def _originals(bucket: Bucket) -> Bucket:
    """The DAM's bucket, beside that of Dash Social."""
    return replace(bucket, name=ORIGINALS_BUCKET, folder=bucket.folder.with_name(ORIGINALS_BUCKET))


def _library(settings: Settings, keys: Keys, bucket: Bucket) -> Library:
    store = Store(settings.data / "social.sqlite3")
    draw = random.Random(f"{settings.seed} {store.issued()}")
    return Library(store, bucket, BRANDS, keys.token, draw, Variant())


def _storage_endpoints(bucket: Bucket) -> tuple[Endpoint, ...]:
    path = re.compile(f"/{re.escape(bucket.name)}/.+")
    part = re.compile(f"/{re.escape(ORIGINALS_BUCKET)}/.+")
    return (
        Endpoint("put_object", "PUT", path, is_api=False),
        Endpoint("get_object", "GET", path, is_api=False),
        Endpoint("put_part", "PUT", part, is_api=False),
    )


def _routes(controls: Controls, library: Library, dam: Dam, fronts: tuple[Front, PartFront]) -> FastAPI:
    # Without the pages, which load scripts from elsewhere; what the services publish of themselves is not our controls'.
    app = FastAPI(title="Dash sandbox", docs_url=None, redoc_url=None, openapi_url="/_sandbox/openapi.json")
    api = social.SocialApi(library, library.bucket.front_url)
    api.answer_errors(app)
    app.add_exception_handler(RefusedError, _control_refused)
    app.add_exception_handler(ClientDisconnect, client_left)
    # In front: they are looked through in this order.
    app.router.routes[:0] = [*api.routes(), Mount(PREFIX, dam_api.DamApi(dam).app())]
    app.include_router(Control(controls, library, dam).router())
    app.include_router(DamControl(dam).router())
    for front in fronts:
        app.include_router(front.router())
    return app


async def _control_refused(request: Request, error: Any) -> Response:
    """What the DAM refuses to our own controls."""
    return refusal(error.status, str(error), request.scope, "documented")
