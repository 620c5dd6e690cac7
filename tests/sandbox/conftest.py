"""One sandbox for all these tests, emptied before each, and a client that speaks to it over HTTP."""

import io
import uuid

import httpx
import pytest
from PIL import Image


def jpeg(width=40, height=30, color="red"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "JPEG")
    return out.getvalue()


class Dash:
    """The steps of an upload as the vendor's guide has them, one request each."""

    def __init__(self, running):
        headers = {"Authorization": f"Bearer {running.env['DASH_SOCIAL_TOKEN']}"}
        self.http = httpx.Client(base_url=running.api_url, headers=headers, trust_env=False, timeout=10)
        self.storage = httpx.Client(trust_env=False, timeout=10)

    def upload_url(self, filename="look.jpg", content_type="image/jpeg"):
        return self.http.post("/media_upload_url", json={"filename": filename, "content_type": content_type})

    def put(self, url, content, content_type="image/jpeg"):
        return self.storage.put(url, content=content, headers={"Content-Type": content_type})

    def upload(self, content, filename="look.jpg"):
        url = self.upload_url(filename).json()["url"]
        self.put(url, content).raise_for_status()
        return url.split("?")[0]

    def create(self, url="https://cdn.example.com/look.jpg", brand=4242, **change):
        new = {
            "source": "UPLOAD",
            "source_id": str(uuid.uuid4()),
            "type": "UPLOADED",
            "url": url,
            "meta": {"filename": "look.jpg"},
            "source_created_at": "2026-07-01T14:03:22Z",
        }
        return self.http.post(f"/brands/{brand}/media", json=new | change)

    def get(self, media_id, brand=4242):
        return self.http.get(f"/brands/{brand}/media/v2/{media_id}")

    def page(self, brand=4242, **query):
        return self.http.put(f"/brands/{brand}/media/v2", json=query)

    def close(self):
        self.http.close()
        self.storage.close()


@pytest.fixture(scope="session")
def session_dash(running):
    dash = Dash(running)
    yield dash
    dash.close()


@pytest.fixture
def dash(sandbox, session_dash):
    return session_dash


@pytest.fixture
def connect():
    opened = []

    def connect(running):
        opened.append(Dash(running))
        return opened[-1]

    yield connect
    for dash in opened:
        dash.close()


@pytest.fixture
def photo():
    return jpeg()


@pytest.fixture
def make_photo():
    return jpeg
