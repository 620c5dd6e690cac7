"""The tables of the DAM, as SQL."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS field (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, data_type TEXT NOT NULL, multi_value INTEGER NOT NULL,
    has_fixed_options INTEGER NOT NULL, hierarchical INTEGER NOT NULL, edit_control TEXT NOT NULL,
    indestructable INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS field_option (
    id TEXT PRIMARY KEY, field_id TEXT NOT NULL, parent_id TEXT, value TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS field_option_by_parent ON field_option (parent_id, position);
CREATE TABLE IF NOT EXISTS asset (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, staged_by TEXT NOT NULL, staged_ms INTEGER NOT NULL,
    pending_ms INTEGER, live_ms INTEGER, modified_ms INTEGER NOT NULL,
    file_id TEXT, filename TEXT, file_type TEXT, media_type TEXT, extension TEXT, size INTEGER, checksum TEXT,
    width INTEGER, height INTEGER, file_added_ms INTEGER
);
CREATE INDEX IF NOT EXISTS asset_by_state ON asset (state, id);
CREATE TABLE IF NOT EXISTS asset_value (
    asset_id TEXT NOT NULL, field_id TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (asset_id, field_id, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asset_value_by_value ON asset_value (field_id, value, asset_id);
CREATE TABLE IF NOT EXISTS collection_asset (
    asset_id TEXT NOT NULL, collection_id TEXT NOT NULL, PRIMARY KEY (asset_id, collection_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS portal (id TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS user (
    id TEXT PRIMARY KEY, email TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL, type TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS event_batch (number INTEGER PRIMARY KEY, events INTEGER NOT NULL, recipe TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asset_move (
    number INTEGER PRIMARY KEY, asset_id TEXT NOT NULL, transition TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, created_ms INTEGER NOT NULL, ended_ms INTEGER, total INTEGER NOT NULL,
    done INTEGER NOT NULL, polls INTEGER NOT NULL, needed INTEGER NOT NULL, reach INTEGER NOT NULL, end TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS job_item (
    job_id TEXT NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, doom TEXT,
    result TEXT, failure TEXT, PRIMARY KEY (job_id, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, asset_id TEXT NOT NULL, file_id TEXT NOT NULL, filename TEXT NOT NULL, size INTEGER NOT NULL,
    part_bytes INTEGER NOT NULL, created_ms INTEGER NOT NULL, completed_ms INTEGER, etags TEXT, issues INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS upload_by_asset ON upload (asset_id);
CREATE TABLE IF NOT EXISTS part_put (
    upload_id TEXT NOT NULL, part_number INTEGER NOT NULL, issue INTEGER NOT NULL, stored INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS part_put_by_issue ON part_put (upload_id, issue);
"""
#: For a folder from the time when no asset could be without a file.
UPGRADE = f"""
BEGIN;
ALTER TABLE asset RENAME TO asset_before;
DROP INDEX asset_by_state;
{SCHEMA}
INSERT INTO asset SELECT * FROM asset_before;
DROP TABLE asset_before;
COMMIT;
"""  # noqa: S608 - our own names
#: What was done to the catalogue, and by what.
DONE = ("asset_move", "job", "job_item", "upload", "part_put")
CATALOGUE = ("field", "field_option", "asset", "asset_value", "collection_asset", "portal", "user")
