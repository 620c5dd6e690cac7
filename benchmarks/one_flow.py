"""One flow run in a process of its own: `python -m benchmarks.one_flow MANIFEST BRAND` prints seconds, peak MiB and ready."""

from __future__ import annotations

import resource
import sys
import time

import fastapi.encoders  # noqa: F401  # Prefect imports it inside its first run; imports are not counted on either side

from flows.ingest_ugc import ingest_ugc


def main() -> None:
    """Run it and print the three numbers."""
    began = time.perf_counter()
    report = ingest_ugc(sys.argv[1], brand_ids=[int(sys.argv[2])])
    seconds = time.perf_counter() - began
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.3f} {peak_mib:.1f} {report.ready}")


if __name__ == "__main__":
    main()
