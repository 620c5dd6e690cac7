"""The two routes of every type of batch job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from sandbox.dam.parsing import read_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from sandbox.dam.service import Dam

    Answering = Callable[[Request], Awaitable[JSONResponse]]

#: Name in fault rules and counters, behind `submit_` and `get_`, and path.
JOBS = (
    ("upload_new_job", "asset-and-upload-batch-jobs"),
    ("upload_version_job", "asset-upload-batch-jobs"),
    ("lifecycle_job", "asset-lifecycle-transition-batch-jobs"),
    ("edit_job", "asset-metadata-edit-batch-jobs"),
)
#: As `SERVED` in `api.py`.
SERVED = tuple(
    served
    for name, path in JOBS
    for served in ((f"submit_{name}", "POST", f"/{path}"), (f"get_{name}", "GET", f"/{path}/{{id}}"))
)


def answering(dam: Dam, name: str, path: str) -> Answering:
    """The endpoint of that name, over the jobs of `path`."""

    async def submit(request: Request) -> JSONResponse:
        return JSONResponse(dam.jobs.submit(path, read_json(await request.body())))

    async def get(request: Request) -> JSONResponse:
        return JSONResponse(dam.jobs.poll(path, request.path_params["id"]))

    return submit if name.startswith("submit_") else get
