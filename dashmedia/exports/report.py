"""A report that a media team looks at: one page of HTML that needs no network, written beside the partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashmedia.exports.comparison import compare, spell_change, spell_count, spell_day, spell_days
from dashmedia.exports.report_sections import (
    Section,
    days_section,
    label_asset,
    label_portal,
    label_word,
    ranked_section,
)
from dashmedia.exports.rollups import By, Rollups
from dashmedia.exports.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dashmedia.exports.comparison import Comparison
    from dashmedia.exports.labels import NameLookup
    from dashmedia.exports.windows import Window

FOLDER = "reports"

#: Assets and portals that a report names; the rollups have them all.
MOST_ASSETS = 15
MOST_KINDS = 10


def write_report(
    destination: str,
    windows: Mapping[date, Window],
    timezone: str,
    names: NameLookup | None = None,
    title: str = "Downloads",
) -> str:
    """Write `reports/downloads_FIRST_LAST.html` about these days; its URL, a path on a local disk.

    Downloads by day, asset, kind of user, portal and kind of download, beside the equally long period before where all
    its days are trusted. The same partitions and names give the same bytes.

    Args:
        destination: of the partitions, a path or fsspec URL.
        windows: local days with their windows, at least one; each needs a complete partition.
        timezone: the zone of the days.
        names: what to call assets and portals; without, ids stand in their place.
        title: the heading, such as the brand's name.

    Raises:
        IncompleteExportError: a day has no complete partition; nothing was written.
        WindowError: there is no such zone.
        DestinationError: the destination refused.
        TransientError, RejectedError: from `names`; nothing was written.
    """
    page = render_report(compare(destination, windows, timezone, names), timezone, title).encode()
    name = f"downloads_{min(windows)}_{max(windows)}.html"
    folder = f"{destination.rstrip('/')}/{FOLDER}"
    with open_store(folder) as store:
        store.stage(name, lambda sink: sink.write(page))()
    return f"{folder}/{name}"


def render_report(comparison: Comparison, timezone: str, title: str) -> str:
    """The page. Whatever comes from people, such as a file name, is text in it and never markup."""
    pages = Environment(
        loader=PackageLoader("dashmedia.exports", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    days = comparison.days
    return pages.get_template("report.html.jinja").render(
        title=title,
        timezone=timezone,
        period=spell_days(min(days), max(days)),
        period_before=spell_days(min(comparison.days_before), max(comparison.days_before)) if comparison.before else "",
        day_count=len(days),
        total=spell_count(comparison.now.downloads),
        facts=_facts(comparison),
        sections=_sections(comparison),
        missing=_missing(comparison),
    )


def _facts(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Heading, number, and what it was before."""
    now, before, days = comparison.now, comparison.before, comparison.days
    facts = [
        ("Downloads", spell_count(now.downloads), _against(now.downloads, before.downloads if before else None)),
        ("Different assets", spell_count(_assets(now)), _against(_assets(now), _assets(before) if before else None)),
    ]
    if len(days) == 1:
        return facts
    busiest = max(days, key=lambda day: days[day])
    facts.append(("A day, on average", spell_count(now.downloads / len(days)), f"over {len(days)} days"))
    told = (spell_day(busiest), f"{spell_count(days[busiest])} downloads") if now.downloads else ("–", "")
    return [*facts, ("Busiest day", *told)]


def _against(now: int, before: int | None) -> str:
    if not before:
        return "" if before is None else "none before"
    return f"{spell_change(now, before)} on {spell_count(before)} before"


def _missing(comparison: Comparison) -> list[str]:
    """Of what the page names."""
    missing = comparison.now.missing_names
    return [f"{missing[kind]:,} {kind}" for kind in ("assets", "portals") if missing.get(kind)]


def _assets(rollups: Rollups) -> int:
    return sum(key is not None for key in rollups.tables[By.ASSET].column("asset_id").to_pylist())


def _sections(comparison: Comparison) -> list[Section]:
    return [
        days_section(comparison),
        ranked_section(
            comparison, By.ASSET, "assets", "Most downloaded assets", label=label_asset, most=MOST_ASSETS,
            columns=("Asset", "Title", "Folder"),
        ),
        ranked_section(
            comparison, By.USER_TYPE, "user-types", "Who downloads", label=label_word, most=MOST_KINDS, columns=("User type",)
        ),
        ranked_section(
            comparison, By.PORTAL, "portals", "Where downloads happen", label=label_portal, most=MOST_KINDS,
            columns=("Portal",),
        ),
        ranked_section(
            comparison, By.DOWNLOAD_TYPE, "download-types", "What is downloaded", label=label_word, most=MOST_KINDS,
            columns=("Download type",),
        ),
    ]  # fmt: skip
