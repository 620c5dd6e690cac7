"""The HTTP endpoints of Dash Social. All its hosts are one host here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gate import Endpoint
from sandbox.misbehave import EXPIRES_IN
from sandbox.social import shapes
from sandbox.social.bodies import ListQuery, NewMedia, NewUpload
from sandbox.social.library import Library, RefusedError
from sandbox.social.openapi import social_document

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from sandbox.social.listing import Page

Model = TypeVar("Model", bound=BaseModel)


class NumberConvertor(IntegerConvertor):
    """A number in a path, as large as SQLite holds them; there is nothing behind a larger one."""

    regex = "[0-9]{1,18}"


register_url_convertor("number", NumberConvertor())

ENDPOINTS = (
    Endpoint("self", "GET", re.compile(r"/api/self")),
    Endpoint("media_upload_url", "POST", re.compile(r"/media_upload_url")),
    Endpoint("create_media", "POST", re.compile(r"/brands/\d+/media")),
    Endpoint("list_media", "PUT", re.compile(r"/brands/\d+/media/v2")),
    Endpoint("get_media", "GET", re.compile(r"/brands/\d+/media/v2/\d+")),
)


class SocialApi:
    """Routes over a library.

    They are Starlette's own: FastAPI's resolving of parameters takes half as long again as everything else here.
    """

    def __init__(self, library: Library, base_url: str) -> None:
        self.library = library
        self.base_url = base_url

    def routes(self) -> list[Route]:
        """All five endpoints, each behind the token, and their description."""
        return [
            Route("/openapi.json", self.describe, methods=["GET"]),
            Route("/api/self", self.identity, methods=["GET"]),
            Route("/media_upload_url", self.issue_upload_url, methods=["POST"]),
            Route("/brands/{brand_id:number}/media", self.create_media, methods=["POST"]),
            Route("/brands/{brand_id:number}/media/v2", self.list_media, methods=["PUT"]),
            Route("/brands/{brand_id:number}/media/v2/{media_id:number}", self.get_media, methods=["GET"]),
        ]

    def answer_errors(self, app: FastAPI) -> None:
        """Give every refusal of `app` one of the documented bodies."""
        app.add_exception_handler(RefusedError, self._refused)
        app.add_exception_handler(HTTPException, self._not_served)

    async def describe(self, _: Request) -> Response:
        """OpenAPI, to anybody."""
        return JSONResponse(social_document())

    async def identity(self, request: Request) -> Response:
        """Who am I."""
        self._check_token(request)
        return JSONResponse(shapes.identity(self.library.brands))

    async def issue_upload_url(self, request: Request) -> Response:
        """A place for one object."""
        self._check_token(request)
        new = await _parsed(request, NewUpload)
        url = self.library.issue_upload_url(new, expires_s=request.scope.get(EXPIRES_IN))
        return JSONResponse(shapes.upload_url(url, self.library.variant))

    async def create_media(self, request: Request) -> Response:
        """A media made of an object or of a public URL."""
        brand_id = self._brand(request)
        record = await self.library.create(brand_id, await _parsed(request, NewMedia))
        variant = self.library.variant
        body = shapes.created(record, variant, self.library.public_url(record))
        return (
            Response(status_code=variant.create_status) if body is None else JSONResponse(body, variant.create_status)
        )

    async def list_media(self, request: Request) -> Response:
        """One page of the library; a read, although it is a PUT."""
        brand_id = self._brand(request)
        page = self.library.page(brand_id, await _parsed(request, ListQuery))
        paging = {
            "count": page.count,
            "next": self._page_url(brand_id, page, page.next_offset),
            "previous": self._page_url(brand_id, page, page.previous_offset),
        }
        return JSONResponse({"data": [self._media(record) for record in page.records], "paging": paging})

    async def get_media(self, request: Request) -> Response:
        """One media."""
        brand_id = self._brand(request)
        return JSONResponse(self._media(self.library.get(brand_id, request.path_params["media_id"])))

    def _check_token(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.library.token}":
            raise RefusedError(401, "The token is missing or invalid.")

    def _brand(self, request: Request) -> int:
        """The brand in the path, which the token may see."""
        self._check_token(request)
        brand_id: int = request.path_params["brand_id"]
        if brand_id not in self.library.brands:
            raise RefusedError(403, f"The token has no access to brand {brand_id}.")
        return brand_id

    def _media(self, record: Any) -> dict[str, Any]:
        return shapes.media(record, self.library.variant, self.library.public_url(record))

    def _page_url(self, brand_id: int, page: Page, offset: int | None) -> str | None:
        return (
            None if offset is None else f"{self.base_url}/brands/{brand_id}/media/v2?limit={page.limit}&offset={offset}"
        )

    async def _refused(self, _: Request, error: Any) -> Response:
        return JSONResponse(shapes.error(error.status, str(error), error.errors, self.library.variant), error.status)

    async def _not_served(self, _: Request, error: Any) -> Response:
        status = error.status_code
        body = shapes.error(status, str(error.detail), None, self.library.variant)
        return JSONResponse(body, status, headers=error.headers)


async def _parsed(request: Request, model: type[Model]) -> Model:
    """The JSON body as `model`.

    Raises:
        RefusedError: 400, with what is wrong by member.
    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(400, "The body has to be application/json.")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        for one in error.errors(include_context=False):
            found.setdefault(".".join(map(str, one["loc"])) or "body", []).append(one["msg"])
        raise RefusedError(400, "Bad request.", found) from error
