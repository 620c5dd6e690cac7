from __future__ import annotations

import pytest

from dashmedia.sources import open_source


@pytest.fixture
def manifest(tmp_path):
    """Writes a manifest and gives what its rows become."""

    def read(data: bytes | str, name: str = "manifest.csv", **options):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return list(open_source(str(path), **options))

    return read
