"""One ingestion without Prefect, and what the sandbox then holds: shared by tests that play with both."""

import hashlib
import io
import random
import time
from collections import Counter
from dataclasses import replace
from functools import partial

from PIL import Image

from dashmedia.http import RetryPolicy
from dashmedia.ingest import (
    DashAccess,
    IngestOptions,
    Lane,
    check_batch,
    claim_batch,
    confirm_batch,
    create_batch,
    issue_urls,
    open_ingest,
    prepare_assets,
    put_batch,
    upload_assets,
    write_fields,
)
from dashmedia.settings import SocialSettings

BRANDS = [4242, 4343]
BEFORE = (check_batch, claim_batch, prepare_assets)
LANES = {
    Lane.BRANDS: (issue_urls, put_batch, create_batch, confirm_batch),
    Lane.DAM: (upload_assets, write_fields),
}

#: The clock of tests runs fast, so that real work takes long by it.
PATIENT = RetryPolicy(budget_s=3_600, first_wait_s=0.5, longest_wait_s=20, attempts=5)


#: In tests a minute of waiting passes in a fraction of a second, for those who wait and for those who tell the time.
TIMES_FASTER = 200


def brief(seconds):
    """Wait as the code under test asks, but faster."""
    time.sleep(seconds / TIMES_FASTER)


def fast_clock():
    """Seconds as `brief` makes them pass."""
    return time.monotonic() * TIMES_FASTER


def photo(number, width=48, height=36):
    """A small JPEG of its own content for each number."""
    noise = random.Random(number).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(out, "JPEG", quality=80)
    return out.getvalue()


def write_photos(folder, count, first=0):
    """`count` distinct photos; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"look-{number:04}.jpg").write_bytes(photo(number))
    return folder


def settings_of(sandbox, **change):
    """Settings for the sandbox, without the courtesy pause between pages."""
    return SocialSettings.from_env({**sandbox.env, "DASH_SOCIAL_PAGE_PAUSE_S": "0"}).model_copy(update=change)


def ingest(
    settings, source, ledger, run_id, *, dash=None, before=None, fetch=None, meanwhile=None, family=None, **options
):
    """Run every step for every batch, as the flow does, one batch after the other; returns the report.

    `before(session)` is called first, `meanwhile(session, batch)` between the check and the upload of each batch; `dash` are
    settings of the DAM, `fetch` downloads public addresses, `family` is the run that a shard works for.
    """
    chosen = IngestOptions(**({"source": str(source), "brand_ids": BRANDS, "rights": "owned"} | options))
    with open_ingest(
        chosen, settings, ledger_url=str(ledger), run_id=run_id, family=family, dash=dash and DashAccess(dash),
        retry=PATIENT, sleep=brief, clock=fast_clock,
    ) as session:  # fmt: skip
        if before:
            before(session)
        if fetch:
            session.rules = replace(session.rules, fetch=fetch)
        for batch in session.batches():
            take(BEFORE, session, batch)
            if not chosen.dry_run:
                take([meanwhile] if meanwhile else [], session, batch)
                for lane, steps in LANES.items():
                    session.lanes.run(lane, batch, partial(take, steps, session, batch))
            session.close_batch(batch)
        return session.report()


def take(steps, session, batch):
    """One after the other."""
    for step in steps:
        step(session, batch)


def assert_each_once(sandbox, folder, brands=BRANDS):
    """Each brand holds the bytes of each file exactly once, and nothing else."""
    wanted = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg"))
    media = sandbox.ask("media")
    for brand in brands:
        held = Counter(each["sha256"] for each in media if each["brand_id"] == brand)
        assert held == wanted, f"brand {brand}: lost {wanted - held}, doubled {held - wanted}"
