"""One export run in a process of its own: `python -m benchmarks.one_export FIRST LAST FOLDER` prints seconds, peak MiB and requests."""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

from flows.export_downloads import export_downloads


def main() -> None:
    """Run it with its defaults, rollups apart, and print the three numbers."""
    first_day, last_day = map(date.fromisoformat, sys.argv[1:3])
    began = time.perf_counter()
    report = export_downloads(first_day, last_day, destination=sys.argv[3], rollups=False)
    seconds = time.perf_counter() - began
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.3f} {peak_mib:.1f} {sum(report.requests.values())}")


if __name__ == "__main__":
    main()
