"""The same events with `dlt`'s REST source, as a person would set it up: `python -m benchmarks.dlt_export URL FIRST LAST FOLDER`.

Its pager stops where the service does, at the 10,000th row of a search, so each day is a search of its own; without
`maximum_offset` the first larger day would end the pipeline with status 400. Days are read side by side, as it offers. Like
ours it ends with Parquet files in a folder. Prints the rows that it found, its seconds without imports, and those of its first step, reading, among them.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from typing import Any

import dlt
from dlt.sources.rest_api import rest_api_source

PAGE_ROWS, CAP_ROWS = 1_000, 10_000


def events_of(day: date) -> dict[str, Any]:
    """The resource of one day of UTC."""
    ends = {"from": f"{day}T00:00:00.000Z", "to": f"{day}T23:59:59.999Z"}
    paginator = {
        "type": "offset",
        "limit": PAGE_ROWS,
        "offset_body_path": "from",
        "limit_body_path": "pageSize",
        "total_path": "totalResults",
        "maximum_offset": CAP_ROWS,
    }
    body = {
        "criterion": {"type": "FIELD_RANGE", "field": "DATE", **ends},
        "sorts": [{"field": "DATE", "order": "ASC"}],
    }
    endpoint = {
        "path": "asset-download-event-searches",
        "method": "POST",
        "json": body,
        "data_selector": "results[*].result",
        "paginator": paginator,
    }
    return {"name": f"events_{day:%Y_%m_%d}", "table_name": "events", "endpoint": endpoint, "parallelized": True}


def main() -> None:
    """Run the pipeline and print rows and seconds."""
    url, folder = sys.argv[1], sys.argv[4]
    first_day, last_day = map(date.fromisoformat, sys.argv[2:4])
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    client = {"base_url": url, "auth": {"type": "bearer", "token": os.environ["DASH_API_TOKEN"]}}
    began = time.perf_counter()
    pipeline = dlt.pipeline(
        "downloads", destination=dlt.destinations.filesystem(f"file://{folder}"), dataset_name="downloads",
        pipelines_dir=f"{folder}/.dlt",
    )  # fmt: skip
    pipeline.run(
        rest_api_source({"client": client, "resources": [events_of(day) for day in days]}),
        loader_file_format="parquet", write_disposition="replace",
    )  # fmt: skip
    seconds = time.perf_counter() - began
    rows = pipeline.last_trace.last_normalize_info.row_counts["events"]
    reading = next(step for step in pipeline.last_trace.steps if step.step == "extract")
    print(rows, f"{seconds:.3f}", f"{(reading.finished_at - reading.started_at).total_seconds():.3f}")


if __name__ == "__main__":
    main()
