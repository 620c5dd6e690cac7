"""Every workload by its name. What it is made of is drawn anew for each round, so that rounds differ and can be repeated."""

import random
from functools import partial

from support.crash.exports import Backfill, Daily
from support.crash.ingestions import AllSorts, Ingestion, InParts, ToBoth, ToDam
from support.crash.ledgers import SHARE
from support.crash.promotions import Approved, Promotion

WORKLOADS = {
    "one brand": Ingestion,
    "many brands": partial(Ingestion, brands=3),
    "all sorts of rows": AllSorts,
    "DAM": ToDam,
    "DAM in parts": InParts,
    "brands and DAM": ToBoth,
    "promotion": Promotion,
    "promotion, approved": Approved,
    "daily export": Daily,
    "backfill": Backfill,
}


def draw_workload(name, number, seed):
    """The workload of one round, the same whenever and wherever it is drawn."""
    draw = random.Random(f"{seed} {name} {number}")
    workload = WORKLOADS[name](draw)
    workload.on_postgres = workload.has_ledger and draw.random() < SHARE
    return workload
