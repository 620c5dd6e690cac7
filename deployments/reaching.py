"""What goes wrong between us and a Prefect server, in the operator's words."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx
from prefect.settings import PREFECT_API_URL

from dashmedia.errors import SettingsError, clip

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How a server says that it does not know us.
CLOSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@contextmanager
def reached() -> Iterator[None]:
    """Turns the trouble of reaching a Prefect server, inside, into `SettingsError`.

    Raises:
        SettingsError: no server is named, nobody answers there, it does not let us in, or it refuses something.
    """
    url = PREFECT_API_URL.value()
    if not url:
        raise SettingsError(
            "PREFECT_API_URL is not set, so there is no Prefect server to set up. Set it with `export PREFECT_API_URL="
            "http://host:4200/api`; `make up` starts one on this machine."
        )
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise SettingsError(_refused(url, error.response)) from error
    except httpx.TransportError as error:
        raise SettingsError(
            f"No Prefect server answers at {url} ({type(error).__name__}). Is it running, and is PREFECT_API_URL right?"
        ) from error


def _refused(url: str, response: httpx.Response) -> str:
    if response.status_code in CLOSED:
        return (
            f"The Prefect server at {url} refused us with {response.status_code}. Set PREFECT_API_KEY for Prefect Cloud, or "
            "PREFECT_API_AUTH_STRING for a server of your own, to one that may change things there."
        )
    asked = f"{response.request.method} {response.request.url.path}"
    if response.status_code == HTTPStatus.NOT_FOUND:
        return f"{url} answered 404 to {asked}. Is PREFECT_API_URL right? It ends in /api."
    return f"The Prefect server at {url} answered {response.status_code} to {asked}: {clip(response.text)}"
