"""One promotion in a process of its own: `python -m benchmarks.one_promotion` prints moved assets, requests and peak MiB."""

from __future__ import annotations

import resource

from dashmedia.promotion.rules import PromotionRule
from flows.promote_lifecycle import promote_lifecycle

#: More than a run would be allowed by default.
MAX_ASSETS = 1_000_000

RULE = PromotionRule(name="titled", transition="STAGED_TO_PENDING_APPROVAL", required_fields=("Title",))


def main() -> None:
    """Run it with its defaults, limits apart, and print the three numbers."""
    report = promote_lifecycle(rules=[RULE], max_assets=MAX_ASSETS)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(report.moved, sum(report.requests.values()), f"{peak_mib:.1f}")


if __name__ == "__main__":
    main()
