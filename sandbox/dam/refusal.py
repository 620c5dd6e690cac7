"""Refusals, and the bodies they come with."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from sandbox.dam.variant import ErrorShape

    Scope = MutableMapping[str, Any]

#: Where the DAM lies, beside Dash Social on the same port.
PREFIX = "/dam"


class RefusedError(Exception):
    """The DAM refuses a request.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def refusal(status: int, message: str, scope: Scope, shape: ErrorShape) -> Response:
    """An error answer, section 3 of the contract."""
    title = HTTPStatus(status).phrase
    match shape:
        case "problem":
            body = problem(status, title, message, scope)
            return JSONResponse(body, status, media_type="application/problem+json")
        case "html":
            return HTMLResponse(f"<html><head><title>{status} {title}</title></head><body>nginx</body></html>", status)
        case "empty":
            return Response(status_code=status)
    return JSONResponse(documented(status, title, message, scope), status)


def documented(status: int, title: str, message: str, scope: Scope) -> dict[str, Any]:
    """The body that the documentation shows."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"timestamp": moment, "status": status, "error": title, "message": message, "path": _path(scope)}


def problem(status: int, title: str, message: str, scope: Scope) -> dict[str, Any]:
    """The body of RFC 7807, which a live account seems to have given."""
    return {"type": "about:blank", "title": title, "status": status, "detail": message, "instance": _path(scope)}


def _path(scope: Scope) -> str:
    """The path as the service would have it, which knows nothing of where it is mounted."""
    return str(scope["path"]).removeprefix(PREFIX)
