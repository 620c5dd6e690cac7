"""The storage front: the bucket as the public sees it.

Reads need no signature here. A signed PUT is passed on as it is, so that the S3 server checks it; what the S3 server does
not do as Amazon S3 does (the refusal of an unsigned or expired request) is answered here in Amazon's words.
"""

# FastAPI reads these annotations at run time, so they are not postponed.
import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from sandbox.misbehave import s3_error
from sandbox.s3 import Bucket

PutMode = Literal["signed", "bare"]
#: Headers that describe one connection, not the request. RFC 9110, section 7.6.1
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "expect", "proxy-connection"}


class Front:
    """Public reads, and PUTs that are passed on.

    Args:
        bucket: what it fronts.
        put_mode: tells whether a PUT has to be signed ("signed") or has to be bare ("bare").
    """

    def __init__(self, bucket: Bucket, put_mode: Callable[[], PutMode]) -> None:
        self.bucket = bucket
        self.put_mode = put_mode

    def router(self) -> APIRouter:
        """GET, HEAD and PUT of every key."""
        router = APIRouter(include_in_schema=False)
        path = f"/{self.bucket.name}/{{key:path}}"
        router.add_api_route(path, self.read, methods=["GET", "HEAD"])
        router.add_api_route(path, self.write, methods=["PUT"])
        return router

    async def read(self, key: str) -> Response:
        """The object, to anybody."""
        path = self.bucket.file(key)
        if path is None:
            return refusal(404, "NoSuchKey", "The specified key does not exist.")
        return FileResponse(path, media_type=mimetypes.guess_type(key)[0] or "application/octet-stream")

    async def write(self, key: str, request: Request) -> Response:
        """Store an object, if this request may."""
        refused = self._refused(request)
        if refused:
            return refused
        url = f"{self.bucket.direct_url}{request.url.path}?{request.url.query}"
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        if self.put_mode() == "bare":
            url = self.bucket.presign_put(key, headers.setdefault("content-type", "binary/octet-stream"), expires_s=60)
            headers.pop("host")
        answer = await self._client.put(url, content=request.stream(), headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name in ("etag", "content-type")}
        return Response(answer.content, answer.status_code, kept)

    @cached_property
    def _client(self) -> Any:
        """Made on first use: few sandboxes ever pass an upload on, and the import takes half a second."""
        import httpx  # noqa: PLC0415 - see above

        return httpx.AsyncClient(trust_env=False, timeout=60, limits=httpx.Limits(max_connections=64))

    async def close(self) -> None:
        """Close what passes uploads on."""
        if "_client" in vars(self):
            await self._client.aclose()

    def _refused(self, request: Request) -> Response | None:
        """What S3 would refuse before it looks at the signature itself."""
        is_signed = "X-Amz-Signature" in request.query_params
        if is_signed and "authorization" in request.headers:
            return refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        if is_signed == (self.put_mode() == "bare"):
            return refusal(403, "AccessDenied", "Access Denied")
        if is_signed and _is_expired(request):
            return refusal(403, "AccessDenied", "Request has expired")
        if "content-length" not in request.headers:
            return refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        return None


def _is_expired(request: Request) -> bool:
    try:
        signed_at = datetime.strptime(request.query_params["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        good_for = timedelta(seconds=int(request.query_params["X-Amz-Expires"]))
    except (KeyError, ValueError):
        return False  # the S3 server refuses it for what it is
    return datetime.now(UTC) >= signed_at + good_for


def refusal(status: int, code: str, message: str) -> Response:
    """As S3 refuses."""
    return Response(s3_error(code, message), status, media_type="application/xml")
