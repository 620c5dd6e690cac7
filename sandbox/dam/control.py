"""What tests and people do to the DAM behind its API: seed it, and read the truth."""

# FastAPI reads these annotations at run time, so they are not postponed.
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from sandbox.dam.criteria import Range
from sandbox.dam.events.recipes import NewEvent, Spread
from sandbox.dam.permissions import Permission
from sandbox.dam.refusal import RefusedError
from sandbox.dam.seeding import NewAssets
from sandbox.dam.service import EVENT_DAYS, Dam
from sandbox.dam.truth import Truth


class Taken(BaseModel):
    """What the caller may not do any more; without an id, on no resource of that type."""

    model_config = ConfigDict(extra="forbid")

    resource: str = Field(alias="resourceType")
    action: str
    resource_id: str | None = Field(None, alias="resourceId")


class DamControl:
    """Routes over what the DAM holds."""

    def __init__(self, dam: Dam) -> None:
        self.dam = dam

    def router(self) -> APIRouter:
        """All of them, beneath `/_sandbox`."""
        router = APIRouter(prefix="/_sandbox", tags=["dam"])
        router.add_api_route("/events", self.events, methods=["GET"])
        router.add_api_route("/events", self.add_events, methods=["POST"])
        router.add_api_route("/events", self.clear_events, methods=["DELETE"])
        router.add_api_route("/seed_events", self.seed_events, methods=["POST"])
        router.add_api_route("/uploads", self.uploads, methods=["GET"])
        router.add_api_route("/originals", self.originals, methods=["GET"])
        router.add_api_route("/seed_assets", self.seed_assets, methods=["POST"])
        router.add_api_route("/assets", self.assets, methods=["GET"])
        router.add_api_route("/moves", self.moves, methods=["GET"])
        router.add_api_route("/jobs", self.jobs, methods=["GET"])
        router.add_api_route("/unstick_jobs", self.unstick_jobs, methods=["POST"])
        router.add_api_route("/scrolls", self.clear_scrolls, methods=["DELETE"])
        router.add_api_route("/taken_permissions", self.taken_permissions, methods=["GET"])
        router.add_api_route("/taken_permissions", self.take_permissions, methods=["POST"])
        router.add_api_route("/taken_permissions", self.give_permissions_back, methods=["DELETE"])
        return router

    async def events(self, since: AwareDatetime | None = None, until: AwareDatetime | None = None) -> Response:
        """All events dated `[since, until)`, plain and by time, whatever the variant."""
        ends = {"from": since and since.isoformat(), "to": until and until.isoformat()}
        window = Range.model_validate({"type": "FIELD_RANGE", "field": "DATE"} | ends)
        return Response(self.dam.downloads.truth(window), media_type="application/json")

    async def add_events(self, events: list[NewEvent]) -> Response:
        """Exactly these, on top; their ids, in this order."""
        return JSONResponse(self.dam.downloads.add_given(events))

    async def clear_events(self) -> Response:
        """No events at all."""
        self.dam.downloads.clear()
        return Response(status_code=204)

    async def seed_events(self, wanted: dict[str, Any]) -> Response:
        """Drawn events, in place of those that are there, or on top if `replace` is false.

        Members are those of `Spread`; `count` is required, the others are as at the start.
        """
        is_on_top = wanted.pop("replace", True) is False
        usual = {"seed": self.dam.seed, "last_day": self.dam.last_day, "days": EVENT_DAYS}
        try:
            recipe = Spread.model_validate(usual | wanted)
        except ValidationError as error:
            raise RefusedError(400, f"The events were not seeded: {error}") from error
        if not is_on_top:
            self.dam.downloads.clear()
        self.dam.downloads.add(recipe)
        return JSONResponse(self.dam.state())

    async def uploads(self) -> Response:
        """Every upload with its parts and what lies there of them."""
        return JSONResponse(list(self.dam.uploads.truth.uploads()))

    async def originals(self) -> Response:
        """Every asset whose file was uploaded, with checksums of the bytes that lie there."""
        return JSONResponse(await self.dam.uploads.truth.originals())

    async def seed_assets(self, new: NewAssets) -> Response:
        """More demo assets, on top; the counts of everything, and the new `ids`."""
        ids = self.dam.add_assets(new)
        return JSONResponse(self.dam.state() | {"ids": ids})

    async def assets(self, state: str | None = None) -> Response:
        """All assets, or those in one state, as they really are."""
        return JSONResponse(Truth(self.dam.store).assets(state))

    async def moves(self) -> Response:
        """The transitions of each asset that ever moved, by its id."""
        return JSONResponse(Truth(self.dam.store).moves())

    async def jobs(self) -> Response:
        """All batch jobs as they really are, the first one first."""
        return JSONResponse(self.dam.jobs.truth())

    async def unstick_jobs(self) -> Response:
        """Jobs that are stuck do all their items at their next poll, and end well."""
        self.dam.jobs.unstick()
        return Response(status_code=204)

    async def clear_scrolls(self) -> Response:
        """Forget every scroll search that somebody is in the middle of."""
        self.dam.scrolls.clear()
        return Response(status_code=204)

    async def taken_permissions(self) -> Response:
        """What the caller may not do."""
        return JSONResponse([one._asdict() for one in sorted(self.dam.permissions.taken, key=str)])

    async def take_permissions(self, taken: list[Taken]) -> Response:
        """Take these away too; they stay away until they are given back, over restarts."""
        self.dam.permissions.take(Permission(one.resource, one.action, one.resource_id) for one in taken)
        return await self.taken_permissions()

    async def give_permissions_back(self) -> Response:
        """Allow everything again."""
        self.dam.permissions.give_back()
        return Response(status_code=204)
