"""One ingestion without Prefect, and what the sandbox then holds: shared by tests that play with both."""

import hashlib
import io
import random
import time
from collections import Counter

from PIL import Image

from dashmedia.http import RetryPolicy
from dashmedia.ingest import (
    IngestOptions,
    check_batch,
    claim_batch,
    confirm_batch,
    create_batch,
    issue_urls,
    open_ingest,
    put_batch,
)
from dashmedia.settings import SocialSettings

BRANDS = [4242, 4343]
STEPS = (check_batch, claim_batch, issue_urls, put_batch, create_batch, confirm_batch)

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


def ingest(settings, source, ledger, run_id, *, meanwhile=None, **options):
    """Run every step for every batch, as the flow does, one batch after the other; returns the report.

    `meanwhile(session, batch)` is called between the check and the upload of each batch.
    """
    chosen = IngestOptions(**({"source": str(source), "brand_ids": BRANDS, "rights": "owned"} | options))
    with open_ingest(
        chosen, settings, ledger_url=str(ledger), run_id=run_id, retry=PATIENT, sleep=brief, clock=fast_clock
    ) as session:
        for batch in session.batches():
            for step in _steps(chosen, meanwhile):
                step(session, batch)
            session.close_batch(batch)
        return session.report()


def _steps(options, meanwhile):
    if options.dry_run:
        return STEPS[:2]
    return (*STEPS[:2], meanwhile, *STEPS[2:]) if meanwhile else STEPS


def assert_each_once(sandbox, folder, brands=BRANDS):
    """Each brand holds the bytes of each file exactly once, and nothing else."""
    wanted = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg"))
    media = sandbox.ask("media")
    for brand in brands:
        held = Counter(each["sha256"] for each in media if each["brand_id"] == brand)
        assert held == wanted, f"brand {brand}: lost {wanted - held}, doubled {held - wanted}"
