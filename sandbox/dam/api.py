"""The HTTP endpoints of Dash and of its login. Both hosts are one host here."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.connections import client_left
from sandbox.dam.bodies import AssetSearch, EventSearch, Refresh, ScrollOn, ScrollSearch, Search, UserSearch
from sandbox.dam.jobs import routes as job_routes
from sandbox.dam.openapi import dam_document
from sandbox.dam.parsing import parsed, read_json
from sandbox.dam.refusal import PREFIX, RefusedError, refusal
from sandbox.dam.shapes import envelope
from sandbox.dam.tokens import OAuthError
from sandbox.dam.uploads.bodies import Completion, NewVersion
from sandbox.gate import Endpoint
from sandbox.misbehave import EXPIRES_IN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from sandbox.dam.service import Dam

    Answering = Callable[[Request], Awaitable[Response]]

Model = TypeVar("Model", bound=BaseModel)

#: Name for rules and counters, method, path, and the method of `DamApi` that answers.
SERVED = (
    ("oauth_token", "POST", "/oauth/token"),
    ("current_user", "GET", "/current-user"),
    ("list_fields", "GET", "/fields"),
    ("get_field", "GET", "/fields/{id}"),
    ("folder_settings", "GET", "/folder-settings"),
    ("search_field_options", "POST", "/field-option-searches"),
    ("get_field_option", "GET", "/field-options/{id}"),
    ("get_asset", "GET", "/assets/{id}"),
    ("search_assets", "POST", "/asset-searches"),
    ("scroll_assets", "POST", "/asset-scroll-searches"),
    ("create_asset_upload", "POST", "/asset-uploads"),
    ("complete_asset_upload", "POST", "/asset-upload-completions"),
    ("get_portal", "GET", "/portals/{id}"),
    ("search_portals", "POST", "/portal-searches"),
    ("get_user", "GET", "/users/{id}"),
    ("search_users", "POST", "/user-searches"),
    ("search_download_events", "POST", "/asset-download-event-searches"),
)
ENDPOINTS = tuple(
    Endpoint(name, method, re.compile(PREFIX + path.replace("{id}", "[^/]+")), service="dam")
    for name, method, path in (*SERVED, *job_routes.SERVED)
)


class DamApi:
    """Routes over a DAM; each endpoint is the method of its name."""

    def __init__(self, dam: Dam) -> None:
        self.dam = dam

    def app(self) -> Starlette:
        """All endpoints, each but the login behind the token; refusals have the DAM's bodies."""
        routes = [Route("/openapi.json", self.describe, methods=["GET"])]
        routes += [
            Route(path, self._guarded(name, getattr(self, name)), methods=[method]) for name, method, path in SERVED
        ]
        for name, method, path in job_routes.SERVED:
            job = job_routes.answering(self.dam, name, path.split("/")[1])
            routes.append(Route(path, self._guarded(name, job), methods=[method]))
        handlers: Any = {
            RefusedError: self._refused,
            OAuthError: self._login_refused,
            HTTPException: self._not_served,
            ClientDisconnect: client_left,
        }
        return Starlette(routes=routes, exception_handlers=handlers)

    def _guarded(self, name: str, endpoint: Answering) -> Answering:
        if name == "oauth_token":
            return endpoint

        async def guarded(request: Request) -> Response:
            if not self.dam.tokens.is_good(request.headers.get("authorization", "")):
                raise RefusedError(401, "Full authentication is required to access this resource.")
            return await endpoint(request)

        return guarded

    async def describe(self, _: Request) -> Response:
        """OpenAPI, to anybody."""
        return JSONResponse(dam_document())

    async def oauth_token(self, request: Request) -> Response:
        """A new access token for a refresh token; the body is JSON or a form."""
        text = (await request.body()).decode(errors="replace")
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            members = dict(parse_qsl(text)) if is_form else json.loads(text)
        except (ValueError, RecursionError):
            members = {}
        asked = Refresh.of(members if isinstance(members, dict) else {})
        return JSONResponse(self.dam.tokens.refresh(asked, self.dam.variant), headers={"cache-control": "no-store"})

    async def current_user(self, _: Request) -> Response:
        """Who am I."""
        return JSONResponse(self.dam.catalogue.current_user(self.dam.tokens.user_id))

    async def list_fields(self, _: Request) -> Response:
        """All fields."""
        return JSONResponse(self.dam.catalogue.fields())

    async def get_field(self, request: Request) -> Response:
        """One field."""
        return JSONResponse(self.dam.catalogue.field(request.path_params["id"]))

    async def folder_settings(self, _: Request) -> Response:
        """Which field is the folders."""
        return JSONResponse(self.dam.catalogue.folder_settings())

    async def search_field_options(self, request: Request) -> Response:
        """Options, folders among them."""
        return JSONResponse(self.dam.catalogue.search("field_option", await _parsed(request, Search)))

    async def get_field_option(self, request: Request) -> Response:
        """One option with its branch."""
        return JSONResponse(self.dam.catalogue.option(request.path_params["id"]))

    async def get_asset(self, request: Request) -> Response:
        """One asset."""
        return JSONResponse(self.dam.catalogue.asset(request.path_params["id"]))

    async def search_assets(self, request: Request) -> Response:
        """Assets, page by page."""
        return JSONResponse(self.dam.catalogue.search_assets(await _parsed(request, AssetSearch)))

    async def scroll_assets(self, request: Request) -> Response:
        """Assets, one way: the first page, or with a `scrollId` the next one."""
        body = read_json(await request.body())
        if isinstance(body, dict) and "scrollId" in body:
            return JSONResponse(self.dam.scrolls.go_on(parsed(ScrollOn, body).scroll_id))
        return JSONResponse(self.dam.scrolls.begin(parsed(ScrollSearch, body)))

    async def create_asset_upload(self, request: Request) -> Response:
        """An upload for an asset that is there, or more URLs of one."""
        new = await _parsed(request, NewVersion)
        return JSONResponse(envelope(self.dam.uploads.create(new, request.scope.get(EXPIRES_IN))))

    async def complete_asset_upload(self, request: Request) -> Response:
        """The parts become the asset's file."""
        return JSONResponse(envelope(await self.dam.uploads.complete(await _parsed(request, Completion))))

    async def get_portal(self, request: Request) -> Response:
        """One portal."""
        return JSONResponse(self.dam.catalogue.portal(request.path_params["id"]))

    async def search_portals(self, request: Request) -> Response:
        """Portals, page by page."""
        return JSONResponse(self.dam.catalogue.search("portal", await _parsed(request, Search)))

    async def get_user(self, request: Request) -> Response:
        """One user, by id or e-mail address."""
        return JSONResponse(self.dam.catalogue.user(request.path_params["id"]))

    async def search_users(self, request: Request) -> Response:
        """Users, page by page."""
        return JSONResponse(self.dam.catalogue.search("user", await _parsed(request, UserSearch)))

    async def search_download_events(self, request: Request) -> Response:
        """Download events, page by page, with aggregations."""
        asked = await _parsed(request, EventSearch)
        return Response(self.dam.downloads.search(asked), media_type="application/json")

    async def _refused(self, request: Request, error: Any) -> Response:
        return self._refusal(request, error.status, str(error))

    async def _not_served(self, request: Request, error: Any) -> Response:
        answer = self._refusal(request, error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    async def _login_refused(self, _: Request, error: Any) -> Response:
        return JSONResponse(error.body, error.status)

    def _refusal(self, request: Request, status: int, message: str) -> Response:
        return refusal(status, message, request.scope, self.dam.variant.dam_errors)


async def _parsed(request: Request, model: type[Model]) -> Model:
    """The JSON body as `model`; a refusal names the first thing that is wrong."""
    return parsed(model, read_json(await request.body()))
