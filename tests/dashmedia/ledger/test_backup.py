from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, text

from dashmedia.errors import LedgerError
from dashmedia.ledger import Failure, Ledger, State, Transition, Verdict
from dashmedia.ledger.backup import TABLES, back_up, restore
from dashmedia.ledger.database import Database, locate
from dashmedia.ledger.promotion_rows import NewRow
from dashmedia.ledger.schema import meta
from dashmedia.ledger.upgrades import NEWEST, make_version
from dashmedia.refusals import Refusal, Rule

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def other_url(url, tmp_path, request):
    """The other kind of database than `url`."""
    if url.startswith("sqlite"):
        return request.getfixturevalue("schemas")()
    return f"sqlite:///{tmp_path}/other.sqlite3"


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "ledger.zip"


@pytest.fixture
def filled(ledger, begin, new_item):
    """Something in every table, with words that are hard to keep."""
    run = begin("run-1")
    ledger.claim(
        [new_item(1, filename="Zürich \udcff\0.jpg", details={"caption": "a | b \u2028"}), new_item(2), new_item(3)],
        run,
    )
    ledger.record(run, [Transition(new_item(1).key, State.SUBMITTED)])
    ledger.record(run, [Transition(new_item(1).key, State.READY, remote_id="700000001")])
    ledger.fail(run, [Failure(new_item(2).key, "refused [400]", retryable=False)])
    ledger.refuse(run, "ugc/", [Refusal("a.txt", 4, Rule.TYPE_NOT_ACCEPTED, "text/plain")])
    ledger.fields_written.keep({new_item(1).key: "digest"})
    plan = ledger.promotions.begin(run, "https://dam", "scope")
    ledger.promotions.rows(plan.plan_id).add(
        [NewRow("a-1", "titled", "STAGED_TO_LIVE", "A ridge", ("k",), ("no title",))]
    )
    ledger.jobs.claim(run, request_key="k", kind="upload")
    ledger.promotions.let_go(run)
    ledger.end_run(run, {"found": 3, "share": 1 / 3})
    return ledger


def rows_of(url):
    """Everything, table by table, as the ledger reads it."""
    database = Database(locate(url))
    try:
        with database.read() as connection:
            return {
                name: [
                    row
                    for row in connection.execute(select(table).order_by(*table.primary_key))
                    if "restore" not in row
                ]
                for name, table in TABLES.items()
            }
    finally:
        database.close()


def test_a_ledger_moves_to_the_other_kind_of_database_and_back_without_losing_a_bit(
    url, other_url, filled, archive, tmp_path
):
    back_up(url, archive)
    restore(other_url, archive)
    back_up(other_url, tmp_path / "second.zip")
    restore(f"sqlite:///{tmp_path}/third.sqlite3", tmp_path / "second.zip")

    assert rows_of(url) == rows_of(other_url) == rows_of(f"sqlite:///{tmp_path}/third.sqlite3")
    assert all(
        rows_of(url)[name] for name in ("ledger_items", "ledger_history", "ledger_jobs", "ledger_promotion_rows")
    )


def test_two_archives_of_one_state_hold_the_same_bytes(url, filled, archive, tmp_path):
    first = back_up(url, archive)
    second = back_up(url, tmp_path / "second.zip")

    assert first.tables == second.tables
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_a_restored_ledger_is_worked_on_like_any_other(url, other_url, filled, archive, new_item):
    back_up(url, archive)
    restore(other_url, archive)

    with Ledger.open(other_url, clock=filled._clock) as restored:
        run = restored.start_run("run-2", flow="ingest_ugc", source="ugc/")
        claims = restored.claim([new_item(number) for number in (1, 2, 3, 4)], run)
        moves = next(restored.history("4.jpg"))[1]

    assert [each.verdict for each in claims] == [Verdict.DONE, Verdict.QUARANTINED, Verdict.TAKEN, Verdict.TAKEN]
    assert [move.state for move in moves] == ["planned"]


def test_what_is_written_while_the_archive_is_made_is_in_it_whole_or_not_at_all(
    url, other_url, ledger, begin, new_item, archive
):
    run, over, numbers = begin("run-1"), threading.Event(), iter(range(1, 100_000))
    writing = threading.Event()

    def write():
        while not over.is_set():
            # One transaction: an item and the first line of its history.
            ledger.claim([new_item(next(numbers)) for _ in range(20)], run)
            writing.set()
            over.wait(0.02)  # the size of the archives is not what this is about

    writer = threading.Thread(target=write)
    writer.start()
    writing.wait(120)
    try:
        manifests = [back_up(url, archive.with_name(f"{number}.zip")) for number in range(3)]
    finally:
        over.set()
        writer.join()

    for manifest in manifests:
        counts = manifest.tables["ledger_items"].rows, manifest.tables["ledger_history"].rows
        assert counts[0] == counts[1] > 0
        assert counts[0] % 20 == 0
    restore(other_url, archive.with_name("2.zip"))
    assert len(rows_of(other_url)["ledger_items"]) == manifests[-1].tables["ledger_items"].rows


def test_a_ledger_that_holds_something_is_left_alone_unless_it_may_go(url, filled, archive, begin, new_item):
    back_up(url, archive)
    before = rows_of(url)
    later = begin("run-2")
    filled.claim([new_item(9)], later)
    filled.end_run(later, {})

    with pytest.raises(LedgerError, match=r"holds \d+ rows already\. Nothing was restored"):
        restore(url, archive)
    restore(url, archive, replace=True)

    assert rows_of(url) == before


def test_a_ledger_that_is_there_and_empty_is_filled(url, other_url, filled, archive):
    Ledger.open(other_url).close()
    back_up(url, archive)

    restore(other_url, archive)

    assert rows_of(other_url) == rows_of(url)


def test_a_ledger_that_a_run_is_at_work_on_is_not_replaced(url, archive, new_item):
    with Ledger.open(url) as ledger:
        run = ledger.start_run("run-7", flow="ingest_ugc", source="ugc/")
        ledger.claim([new_item(1)], run)
        back_up(url, archive)

        with pytest.raises(LedgerError, match=r"Run run-7 is at work on the ledger"):
            restore(url, archive, replace=True)


def test_a_restore_that_breaks_off_changes_nothing(url, filled, archive):
    back_up(url, archive)
    before = rows_of(url)
    twice = rewritten(archive, "ledger_jobs", lambda lines: lines * 2)

    with pytest.raises(LedgerError):
        restore(url, twice, replace=True)

    assert rows_of(url) == before


def rewritten(archive, table, change):
    """The archive with other lines in one table, and a manifest that agrees with them."""
    import hashlib  # noqa: PLC0415 - of this alone

    path = archive.with_name("rewritten.zip")
    with ZipFile(archive) as old, ZipFile(path, "w") as new:
        manifest = json.loads(old.read("ledger.json"))
        for name in manifest["tables"]:
            lines = old.read(f"{name}.jsonl").splitlines(keepends=True)
            lines = change(lines) if name == table else lines
            new.writestr(f"{name}.jsonl", b"".join(lines))
            manifest["tables"][name] |= {"rows": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        new.writestr("ledger.json", json.dumps(manifest))
    return path


def with_manifest(archive, **change):
    """The archive with another manifest."""
    path = archive.with_name("changed.zip")
    with ZipFile(archive) as old, ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, json.dumps(json.loads(content) | change) if name == "ledger.json" else content)
    return path


def test_an_archive_of_a_newer_ledger_is_refused_with_both_versions(url, filled, archive, tmp_path):
    back_up(url, archive)

    with pytest.raises(LedgerError, match=rf"schema version {NEWEST + 1}; this program knows versions up to {NEWEST}"):
        restore(tmp_path / "new.sqlite3", with_manifest(archive, schema_version=NEWEST + 1))

    assert not (tmp_path / "new.sqlite3").exists()


def test_an_archive_of_another_format_is_refused(filled, url, archive, tmp_path):
    back_up(url, archive)

    with pytest.raises(LedgerError, match=r"not one that this program can read: in its ledger\.json, format_version"):
        restore(tmp_path / "new.sqlite3", with_manifest(archive, format_version=2))


def test_every_kind_of_damage_is_found_before_anything_is_restored(filled, url, archive, tmp_path):
    back_up(url, archive)
    whole = archive.read_bytes()
    within = max(ZipFile(archive).infolist(), key=lambda member: member.compress_size).header_offset + 100
    broken = tmp_path / "broken.zip"
    damages = {
        "cut off": whole[: len(whole) // 2],
        "empty": b"",
        "no zip": b"hello",
        "one byte": whole[:within] + bytes([whole[within] ^ 0xFF]) + whole[within + 1 :],
    }

    for name, content in damages.items():
        broken.write_bytes(content)
        with pytest.raises(LedgerError, match="Nothing was restored") as caught:
            restore(tmp_path / "new.sqlite3", broken)
        assert "damaged" in str(caught.value), name
    assert not (tmp_path / "new.sqlite3").exists()


def test_a_missing_member_a_changed_line_and_a_missing_archive_are_told_apart(filled, url, archive, tmp_path):
    back_up(url, archive)
    facts = json.loads(ZipFile(archive).read("ledger.json"))["tables"]
    fewer = facts | {"ledger_jobs": facts["ledger_jobs"] | {"rows": 7}}
    unknown = facts | {"ledger_secrets": facts["ledger_jobs"]}

    with pytest.raises(LedgerError, match="ledger_jobs has 1 rows that are not the 7"):
        restore(tmp_path / "new.sqlite3", with_manifest(archive, tables=fewer))
    with pytest.raises(LedgerError, match=r"ledger_secrets\.jsonl"):
        restore(tmp_path / "new.sqlite3", with_manifest(archive, tables=unknown))
    with pytest.raises(LedgerError, match="cannot be read: No such file"):
        restore(tmp_path / "new.sqlite3", tmp_path / "absent.zip")


def test_a_ledger_that_is_absent_or_a_file_that_is_there_makes_no_archive(url, filled, archive, tmp_path):
    archive.write_text("precious")

    with pytest.raises(LedgerError, match=r"There is a file .*ledger\.zip already"):
        back_up(url, archive)
    with pytest.raises(LedgerError, match="There is no ledger at"):
        back_up(tmp_path / "absent.sqlite3", tmp_path / "other.zip")
    with pytest.raises(LedgerError, match=r"cannot be written: No such file or directory"):
        back_up(url, tmp_path / "no" / "folder.zip")

    assert archive.read_text() == "precious"
    assert not (tmp_path / "absent.sqlite3").exists()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_ledger_of_each_older_version_is_upgraded_with_what_it_holds(url, version):
    fill_version(url, version)

    with Ledger.open(url) as ledger:
        assert_upgraded(ledger, version)


@pytest.mark.parametrize("version", [1])
def test_an_archive_of_an_older_version_is_restored_and_upgraded(url, other_url, archive, version):
    fill_version(url, version)
    back_up(url, archive)

    manifest = restore(other_url, archive)

    with Ledger.open(other_url) as ledger:
        assert manifest.schema_version == version
        assert_upgraded(ledger, version)
    # Making an archive leaves the ledger of the older program as it was.
    database = Database(locate(url))
    with database.read() as connection:
        assert connection.execute(select(meta.c.schema_version)).scalar_one() == version
    database.close()


def fill_version(url, version):
    """A ledger of that version as its own program left it: a row in each table that it knew."""
    database = Database(locate(url))
    with database.write() as connection:
        make_version(connection, version)
        for statement in ROWS_OF[:version]:
            for one in statement:
                connection.exec_driver_sql(one)
    database.close()


#: By version that brought the table: rows as they were written then.
ROWS_OF = (
    (
        """INSERT INTO ledger_items VALUES ('social:1', 'aa11', 'created', NULL, NULL, 'sid', 'u/1.jpg', 3, '1.jpg', 'image/jpeg',
        10, 'md5', 'https://s3/1', '700', 1700000000.25, '{"caption": "Zürich"}', 2, 'run-1', NULL, NULL, 1700000001.5, 1700000002.5)""",
        """INSERT INTO ledger_history (destination, sha256, at, run_id, state, note)
        VALUES ('social:1', 'aa11', 1700000001.5, 'run-1', 'planned', NULL)""",
        "INSERT INTO ledger_uploads VALUES ('social', 'aa11', 'https://s3/1', 'etag', 10, 1700000002.0)",
        """INSERT INTO ledger_refusals
        VALUES ('u/', 'u/2.txt', NULL, 'type_not_accepted', 'text/plain', 1700000001.0, 1700000001.0, 'run-1')""",
        """INSERT INTO ledger_jobs (request_key, kind, job_id, state, run_id, submitted_at)
        VALUES ('key', 'upload', 'job-1', 'submitted', 'run-1', 1700000003.0)""",
        """INSERT INTO ledger_runs VALUES ('run-1', 'ingest_ugc', 'u/', 'owner', 1700000000.0, 1700000009.0, '{"found": 2}')""",
    ),
    (
        """INSERT INTO ledger_open_uploads VALUES ('dam:/UGC', 'aa11', 'key', 1700000003.0, 'asset-1', 'upload-1', '[5, 10]')""",
        "INSERT INTO ledger_parts VALUES ('dam:/UGC', 'aa11', 'upload-1', 1, 5, 'md5', 'etag', 1700000004.0)",
    ),
    (
        """INSERT INTO ledger_promotion_plans
        VALUES ('run-2', 'https://dam', 'scope', 'ended', 'run-2', NULL, NULL, 1700000005.0, 1700000006.0)""",
        """INSERT INTO ledger_promotion_rows
        VALUES ('run-2', 'a-1', 'titled', 'STAGED_TO_LIVE', 'A ridge', 'moved', NULL, NULL, 'key', 'LIVE', TRUE)""",
    ),
    ("UPDATE ledger_jobs SET owner = 'h/b/n/1/2.00', lease_until = 1700000099.0",),
    ("INSERT INTO ledger_fields_written VALUES ('dam:/UGC', 'aa11', 'digest', 1700000007.0)",),
)


def assert_upgraded(ledger, version):
    """What older programs wrote is read by this one, and every newer table is there and empty."""
    [item] = ledger.find("aa11")
    assert (item.state, item.remote_id, item.details) == (State.CREATED, "700", {"caption": "Zürich"})
    assert item.source_created_at == datetime.fromtimestamp(1700000000.25, UTC)
    assert ledger.uploads("social", ["aa11"])["aa11"].etag == "etag"
    assert [each.uri for each in ledger.refused()] == ["u/2.txt"]
    job = ledger.attach("key")
    assert (job.job_id, job.stage) == ("job-1", "submitted")
    assert (job.owner is not None) is (version >= 4)
    plan = ledger.promotions.of_run("run-2")
    assert (plan is not None) is (version >= 3)
    assert [row.state for page in ledger.promotions.rows("run-2").pages(text("1 = 1")) for row in page] == ["moved"] * (
        version >= 3
    )
    assert list(ledger.fields_written.read([item.key._replace(destination="dam:/UGC")]).values()) == ["digest"] * (
        version >= 5
    )
    with ledger._database.read() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(TABLES[name])).scalar_one()
            for name in ("ledger_open_uploads", "ledger_parts")
        }
    assert set(counts.values()) == {int(version >= 2)}
