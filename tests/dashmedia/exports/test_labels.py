from __future__ import annotations

import pyarrow as pa
from support.publishing import Label, NamesByHand

from dashmedia.exports.labels import BATCH_IDS, label_assets, label_portals, label_users


def table_of(*ids):
    return pa.table({"id": pa.array(ids, pa.string()), "downloads": [1] * len(ids)})


def test_names_stand_beside_their_ids():
    names = NamesByHand(assets={"a": Label("a.jpg", "Title", "/Folder")})

    labelled = label_assets(table_of("a", None), names)

    assert labelled.table.column_names == ["id", "file_name", "title", "folder_path", "downloads"]
    assert labelled.table.slice(0, 1).to_pylist() == [
        {"id": "a", "file_name": "a.jpg", "title": "Title", "folder_path": "/Folder", "downloads": 1}
    ]


def test_a_missing_name_stays_empty_and_is_counted():
    labelled = label_portals(table_of("p", "gone", None), NamesByHand(portals={"p": "Press"}))

    assert labelled.table["portal_name"].to_pylist() == ["Press", None, None]
    assert labelled.missing == 1


def test_an_asset_without_any_name_counts_as_missing():
    labelled = label_assets(table_of("a"), NamesByHand(assets={"a": Label(None)}))

    assert labelled.missing == 1


def test_without_a_lookup_the_columns_are_there_and_empty():
    labelled = label_users(table_of("u"), None)

    assert labelled.table.schema.field("user_name").type == pa.string()
    assert labelled.table["user_name"].to_pylist() == [None]


def test_ids_are_looked_up_in_batches_and_absent_ones_never():
    names = NamesByHand()
    ids = [f"{n:05}" for n in range(BATCH_IDS + 1)]

    label_users(table_of(None, *ids), names)

    assert names.asked == [("users", ids[:BATCH_IDS]), ("users", ids[BATCH_IDS:])]


def test_half_a_character_does_not_keep_a_name_from_being_written():
    labelled = label_users(table_of("u"), NamesByHand(users={"u": "Lena \ud83d"}))

    assert labelled.table["user_name"].to_pylist() == ["Lena \\ud83d"]
