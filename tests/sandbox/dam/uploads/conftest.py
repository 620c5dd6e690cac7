"""The steps of an upload to the DAM, one request each."""

import hashlib

import httpx
import pytest

NEW = "asset-and-upload"


class Uploading:
    """A client that follows section 6 of the contract to the letter."""

    def __init__(self, dam):
        self.dam = dam
        self.storage = httpx.Client(trust_env=False, timeout=30)

    def submit(self, *items, kind=NEW):
        numbered = [{"batchItemId": f"row-{number}"} | item for number, item in enumerate(items)]
        return self.dam.http.post(f"/{kind}-batch-jobs", json={"items": numbered})

    def job(self, *items, kind=NEW):
        job = self.submit(*items, kind=kind).json()
        while "dateCompleted" not in job:
            job = self.dam.get(f"/{kind}-batch-jobs/{job['id']}").json()
        return job["result"]

    def new(self, content, path="/UGC/2031-02/look.jpg", **more):
        item = {"path": path, "size": len(content)} | more
        return self.job(item)["successes"]["row-0"]["result"]

    def version(self, asset_id, content, path="/look.jpg", **more):
        body = {"assetId": asset_id, "path": path, "size": len(content)} | more
        return self.dam.http.post("/asset-uploads", json=body)

    def more_urls(self, upload, content, *numbers, **more):
        requests = [{"partNumber": number} | more for number in numbers]
        wanted = {"uploadId": upload["id"], "urlRequests": requests}
        return self.version(upload["assetId"], content, partUrlsRequest=wanted)

    def put(self, part, content, **headers):
        return self.storage.put(part["url"], content=content[part["startByte"] : part["endByte"] + 1], headers=headers)

    def put_all(self, upload, content):
        """The ETags as they came."""
        return [self.put(part, content).raise_for_status().headers["etag"] for part in upload["parts"]]

    def complete(self, upload, etags, **change):
        parts = [{"partNumber": number, "eTag": etag} for number, etag in enumerate(etags, start=1)]
        body = {"assetId": upload["assetId"], "uploadId": upload["id"], "parts": parts} | change
        return self.dam.http.post("/asset-upload-completions", json=body)

    def upload(self, content, path="/UGC/2031-02/look.jpg", **more):
        """All of it; the upload."""
        upload = self.new(content, path, **more)
        self.complete(upload, self.put_all(upload, content)).raise_for_status()
        return upload

    def close(self):
        self.storage.close()


@pytest.fixture
def uploading(dam):
    one = Uploading(dam)
    yield one
    one.close()


@pytest.fixture
def upload_to():
    """Of another sandbox."""
    opened = []

    def upload_to(dam):
        opened.append(Uploading(dam))
        return opened[-1]

    yield upload_to
    for one in opened:
        one.close()


@pytest.fixture
def content():
    """2,500 bytes, no two kilobytes of them alike."""
    return b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(100))[:2500]


@pytest.fixture
def thousands(sandbox):
    """Parts of 1,000 bytes, so that small contents have several."""
    sandbox.tell("variant", {"part_bytes": 1000})
