"""`/_sandbox`: what tests and people ask of the sandbox itself. No token, no latency, no limit, no faults."""

# FastAPI reads these annotations at run time, so they are not postponed.
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ValidationError

from sandbox.dam.service import Dam
from sandbox.dam.variant import Variant as DamVariant
from sandbox.faults import Rule
from sandbox.gate import Conditions, Controls
from sandbox.social.library import Library, RefusedError
from sandbox.social.variant import Variant

Model = TypeVar("Model", bound=BaseModel)


class Control:
    """Routes over the controls and what the APIs store."""

    def __init__(self, controls: Controls, library: Library, dam: Dam) -> None:
        self.controls = controls
        self.library = library
        self.dam = dam

    def router(self) -> APIRouter:
        """All control routes."""
        router = APIRouter(prefix="/_sandbox", tags=["sandbox"])
        router.add_api_route("/state", self.state, methods=["GET"])
        router.add_api_route("/requests", self.requests, methods=["GET"])
        router.add_api_route("/requests", self.clear_requests, methods=["DELETE"])
        router.add_api_route("/rates", self.rates, methods=["GET"])
        router.add_api_route("/media", self.media, methods=["GET"])
        router.add_api_route("/faults", self.faults, methods=["GET"])
        router.add_api_route("/faults", self.add_faults, methods=["POST"])
        router.add_api_route("/faults", self.clear_faults, methods=["DELETE"])
        router.add_api_route("/variant", self.variant, methods=["GET"])
        router.add_api_route("/variant", self.set_variant, methods=["POST"])
        router.add_api_route("/variant", self.clear_variant, methods=["DELETE"])
        router.add_api_route("/reset", self.reset, methods=["POST"])
        return router

    async def state(self) -> Response:
        """Counts: media by brand, URLs, objects, assets by state, events, requests, answers, concurrency."""
        store = self.library.store
        held = {"media": store.counts(), "upload_urls": store.issued(), "objects": self.library.bucket.count()}
        return JSONResponse(held | self.dam.state() | self.controls.tally.as_json())

    async def requests(self) -> Response:
        """Requests by endpoint."""
        return JSONResponse(dict(self.controls.tally.requests))

    async def clear_requests(self) -> Response:
        """Count from nothing, and open fresh rate windows."""
        self.controls.clear_counts()
        return Response(status_code=204)

    async def rates(self) -> Response:
        """Requests of each service by second since 1970, as its rate limit saw them; seconds without any are left out."""
        return JSONResponse(self.controls.tally.by_second)

    async def media(self) -> Response:
        """Every record, with size, MD5 and SHA-256 of the bytes it was made of."""
        return JSONResponse(list(self.library.stored()))

    async def faults(self) -> Response:
        """The rules in force, with how often each was seen and struck."""
        return JSONResponse([rule.model_dump(mode="json") for rule in self.controls.faults.rules])

    async def add_faults(self, rules: list[Rule]) -> Response:
        """Put these rules behind those in force."""
        known = {endpoint.name for endpoint in self.controls.endpoints}
        unknown = sorted({rule.endpoint for rule in rules} - known - {"*"})
        if unknown:
            raise RefusedError(
                400, f"No such endpoint: {', '.join(unknown)}. There are {', '.join(sorted(known))} and *."
            )
        self.controls.faults.rules.extend(rules)
        return await self.faults()

    async def clear_faults(self) -> Response:
        """No more faults."""
        self.controls.faults.rules.clear()
        return Response(status_code=204)

    async def variant(self) -> Response:
        """What holds now."""
        held = (self.library.variant, self.dam.variant, self.controls.conditions)
        return JSONResponse({name: value for one in held for name, value in one.model_dump().items()})

    async def set_variant(self, change: dict[str, Any]) -> Response:
        """Change the members that are given, of both variants and of the conditions alike; the others stay."""
        weather, of_dam = _taken(change, Conditions), _taken(change, DamVariant)
        variant, dam_variant = _changed(self.library.variant, change), _changed(self.dam.variant, of_dam)
        self.controls.set_conditions(_changed(self.controls.conditions, weather))
        self.library.variant = variant
        self.dam.set_variant(dam_variant)
        return await self.variant()

    async def clear_variant(self) -> Response:
        """The decisions of the contract, and the conditions it was started with."""
        self.library.variant = Variant()
        self.dam.set_variant(DamVariant())
        self.controls.set_conditions(self.controls.initial)
        return Response(status_code=204)

    async def reset(self) -> Response:
        """As on the first start: nothing stored but the DAM's demo data, nothing counted, nothing wrong."""
        self.library.store.clear()
        self.library.bucket.clear()
        self.library.variant = Variant()
        self.dam.reset()
        self.controls.reset()
        return Response(status_code=204)


def _taken(change: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Those members of a change that are `model`'s, taken out of it."""
    return {name: change.pop(name) for name in list(change) if name in model.model_fields}


def _changed(model: Model, change: dict[str, Any]) -> Model:
    try:
        return type(model).model_validate(model.model_dump() | change)
    except ValidationError as error:
        found = {".".join(map(str, one["loc"])): [one["msg"]] for one in error.errors()}
        raise RefusedError(400, "The variant was not changed.", found) from error
