from __future__ import annotations

import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashmedia.exports import encoding
from dashmedia.exports.encoding import Format, encode
from dashmedia.exports.events import EVENT_SCHEMA, Packer
from dashmedia.exports.windows import TICK


@pytest.fixture
def table(event, midnight):
    def make(count, per_batch):
        packer = Packer()
        # Ids long enough for more than one data page in a row group.
        events = [event(n, midnight + n * TICK, event_id=f"event-{n:0120}") for n in range(count)]
        return packer.join(packer.pack(events[n : n + per_batch]) for n in range(0, count, per_batch))

    return make


def encoded(table, kind):
    sink = io.BytesIO()
    proof = encode(table, kind, sink)
    return sink.getvalue(), proof


@pytest.mark.parametrize("kind", list(Format))
def test_the_bytes_do_not_depend_on_how_the_pages_fell(table, kind):
    count = encoding.GROUP_ROWS + 5_000

    assert encoded(table(count, 997), kind) == encoded(table(count, count), kind)


@pytest.mark.parametrize("kind", list(Format))
def test_the_proof_is_of_the_bytes_that_were_written(table, kind):
    data, proof = encoded(table(10, 3), kind)

    assert (proof.size, proof.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("count", [0, 7])
def test_parquet_reads_back_as_the_same_events(table, count):
    written = table(count, 3)

    read = pq.read_table(pa.BufferReader(encoded(written, Format.PARQUET)[0]))

    assert read.cast(EVENT_SCHEMA) == written.cast(EVENT_SCHEMA)


def test_csv_has_a_header_and_says_dates_in_utc(table):
    text = encoded(table(2, 2), Format.CSV)[0].decode()

    assert text.splitlines()[0].replace('"', "") == ",".join(EVENT_SCHEMA.names)
    assert text.splitlines()[2].replace('"', "") == (
        f"event-{1:0120},asset-1,file-1,auth0|1,PORTAL_VISITOR,,PRESET,2026-11-20T00:00:00.001000Z"
    )


def test_csv_of_no_events_is_its_header(table):
    assert len(encoded(table(0, 1), Format.CSV)[0].splitlines()) == 1
