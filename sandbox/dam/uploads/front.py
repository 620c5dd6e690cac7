"""The storage front for parts: what the S3 server by itself cannot do, answer otherwise than it does, or count."""

# FastAPI reads these annotations at run time, so they are not postponed.
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sandbox.dam.uploads.addresses import ISSUE, etag
from sandbox.dam.uploads.parts import PartFiles
from sandbox.dam.uploads.rows import UploadTables
from sandbox.dam.variant import Variant
from sandbox.front import Front, refusal
from sandbox.s3 import Bucket


class PartFront(Front):
    """PUTs of parts, passed on; nothing can be read here.

    Args:
        bucket: where parts are put.
        tables: count the PUTs.
        variant: the reading that holds now.
    """

    def __init__(self, bucket: Bucket, tables: UploadTables, variant: Callable[[], Variant]) -> None:
        super().__init__(bucket, lambda: "signed")
        self.tables = tables
        self.variant = variant

    def router(self) -> APIRouter:
        """PUT of every key."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"/{self.bucket.name}/{{key:path}}", self.write, methods=["PUT"])
        return router

    async def write(self, key: str, request: Request) -> Response:
        """Store a part, if this URL is still good."""
        part, issue = PartFiles.read_key(key), request.query_params.get(ISSUE, "")
        if part is None or not issue.isdecimal():
            return refusal(403, "AccessDenied", "Access Denied")
        uses, before = self.variant().part_url_uses, self.tables.begin_put(*part, int(issue))
        if uses is not None and before >= uses:
            return refusal(403, "AccessDenied", "Request has expired")
        answer = await super().write(key, request)
        if answer.status_code == 200:  # noqa: PLR2004 - the one success of a PUT
            self.tables.end_put(*part, int(issue))
            self._rename(answer)
        return answer

    def _rename(self, answer: Response) -> None:
        """Give the answer the ETag of the variant."""
        name = etag(answer.headers["etag"].strip('"'), self.variant())
        answer.headers["etag"] = f'"{name}"' if self.variant().part_etag_quotes else name
