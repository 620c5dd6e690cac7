import sqlite3

import pytest

from sandbox.dam.store import Asset, Field, Store

WITH_FILE = Asset("a", "LIVE", "me", 1, None, 2, 3, "f", "n.jpg", "IMAGE", "image/jpeg", "jpg", 5, "c", None, None, 4)
BEFORE = """
CREATE TABLE asset (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, staged_by TEXT NOT NULL, staged_ms INTEGER NOT NULL,
    pending_ms INTEGER, live_ms INTEGER, modified_ms INTEGER NOT NULL,
    file_id TEXT NOT NULL, filename TEXT NOT NULL, file_type TEXT NOT NULL, media_type TEXT NOT NULL,
    extension TEXT NOT NULL, size INTEGER NOT NULL, checksum TEXT NOT NULL, width INTEGER, height INTEGER,
    file_added_ms INTEGER NOT NULL
);
CREATE INDEX asset_by_state ON asset (state, id);
"""


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "dam.sqlite3")
    yield store
    store.close()


def test_a_folder_from_before_assets_could_be_empty_is_carried_over(tmp_path):
    old = sqlite3.connect(tmp_path / "dam.sqlite3")
    old.executescript(BEFORE)
    old.execute(f"INSERT INTO asset VALUES ({', '.join('?' * 17)})", WITH_FILE)
    old.commit()
    old.close()

    for _ in range(2):
        store = Store(tmp_path / "dam.sqlite3")
        store.close()
    store = Store(tmp_path / "dam.sqlite3")
    store.add("asset", [Asset("b", "STAGED", "me", 1, None, None, 1)])

    assert [one.file_id for one in store.select("asset", "ORDER BY id")] == ["f", None]
    store.close()


def test_everything_in_a_transaction_happens_or_nothing(store):
    field = Field("f", "Title", "STRING", False, False, False, "TEXT", False)

    def add_all():
        with store.transaction():
            store.add("asset", [WITH_FILE])
            store.add("field", [field, field])

    with pytest.raises(sqlite3.IntegrityError):
        add_all()

    assert (store.count("asset"), store.count("field")) == (0, 0)
