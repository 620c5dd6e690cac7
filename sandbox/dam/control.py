"""What tests and people do to the DAM behind its API: seed it, and read the truth."""

# FastAPI reads these annotations at run time, so they are not postponed.
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from sandbox.dam.criteria import Range
from sandbox.dam.events.recipes import NewEvent, Spread
from sandbox.dam.refusal import RefusedError
from sandbox.dam.service import EVENT_DAYS, Dam


class NewAssets(BaseModel):
    """More demo assets."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=0, le=1_000_000)
    state: Literal["STAGED", "PENDING_APPROVAL", "LIVE", "BINNED"] | None = None


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
        router.add_api_route("/seed_assets", self.seed_assets, methods=["POST"])
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

    async def seed_assets(self, new: NewAssets) -> Response:
        """More demo assets, on top; in one state, or as the first ones are."""
        self.dam.add_assets(new.count, new.state)
        return JSONResponse(self.dam.state())
