"""What an engineer would write in an afternoon: the same requests, no Prefect, no ledger, no checks.

It is the yardstick for `benchmarks/flow.py`: what our flow costs on top of it is the price of the promise.
"""

from __future__ import annotations

import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 99


class Bare:
    """The vendor guide's three steps, and the listing until everything is processed."""

    def __init__(self, api_url: str, token: str, brand_id: int, workers: int) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self.api = httpx.Client(
            base_url=api_url, headers={"Authorization": f"Bearer {token}"}, timeout=60, limits=limits, trust_env=False
        )
        self.s3 = httpx.Client(timeout=60, limits=limits, trust_env=False)
        self.brand_id, self.workers = brand_id, workers

    def close(self) -> None:
        """Close its connections."""
        self.api.close()
        self.s3.close()

    def send(self, path: Path) -> str:
        """The three steps for one file; returns its `source_id`."""
        return self.create(path, self.put(path, self.upload_url(path)))

    def upload_url(self, path: Path) -> str:
        """Step 1: where its bytes go, signed."""
        body = {"filename": path.name, "content_type": "image/jpeg"}
        url: str = self.api.post("/media_upload_url", json=body).raise_for_status().json()["url"]
        return url

    def put(self, path: Path, url: str) -> str:
        """Step 2: the bytes; the address without its signature."""
        self.s3.put(url, content=path.read_bytes(), headers={"Content-Type": "image/jpeg"}).raise_for_status()
        return url.split("?", maxsplit=1)[0]

    def create(self, path: Path, url: str) -> str:
        """Step 3: the record; its `source_id`."""
        source_id = str(uuid.uuid4())
        body = {
            "source": "UPLOAD", "source_id": source_id, "type": "UPLOADED", "url": url,
            "meta": {"filename": path.name}, "source_created_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        self.api.post(f"/brands/{self.brand_id}/media", json=body).raise_for_status()
        return source_id

    def wait(self, wanted: set[str], pause_s: float) -> None:
        """List until every one of `wanted` is processed."""
        while wanted:
            for offset in range(0, sys.maxsize, PAGE):
                page = self.api.put(
                    f"/brands/{self.brand_id}/media/v2",
                    json={"limit": PAGE, "offset": offset, "filters": {"brand_media_types": ["UPLOADED"]}},
                ).json()
                wanted -= {each["source_id"] for each in page["data"] if each["brand_media_status"] == "PROCESSED"}
                if not page["paging"]["next"] or not wanted:
                    break
                time.sleep(pause_s)

    def run(self, folder: Path, pause_s: float = 0.0) -> float:
        """Send every JPEG of `folder`; returns wall seconds."""
        began = time.perf_counter()
        with ThreadPoolExecutor(self.workers) as pool:
            sent = set(pool.map(self.send, sorted(folder.glob("*.jpg"))))
        self.wait(sent, pause_s)
        return time.perf_counter() - began

    def run_one_by_one(self, folder: Path) -> float:
        """The vendor guide read literally: three steps, file by file; returns wall seconds."""
        began = time.perf_counter()
        for path in sorted(folder.glob("*.jpg")):
            self.send(path)
        return time.perf_counter() - began
