"""`make demo`: real files from a folder into a library, a kill in the middle, and nothing lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import httpx
from rich.console import Console
from rich.table import Table

from dashmedia.exports.certificate import Certificate
from dashmedia.exports.outcome import ExportReport
from dashmedia.ingest import IngestReport
from dashmedia.rate import RequestTally
from dashmedia.settings import SocialSettings
from dashmedia.social import open_social
from deployments.prefect_server import prefect_server
from deployments.processes import start, stop
from sandbox.media import make_many, make_media
from sandbox.process import start as start_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.social import Media

ROOT = Path(__file__).parents[1]
#: Two of the brands that the sandbox's invented organization has.
BRANDS = (4242, 4343)
#: Originals of the second source: enough to be killed half-way, few enough for two minutes.
MANY = 400

say = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120).print


def main() -> int:
    """Play the demo in a private folder; stop everything that was started, also on Ctrl-C."""
    home = Path(mkdtemp(prefix="dashmedia-demo-"))
    try:
        with ExitStack() as stack:
            env = stack.enter_context(services(home))
            play(home, env)
    except KeyboardInterrupt:
        say("\nStopped. Nothing was left running.")
        return 130
    say(f"\nEverything that was started is stopped. Files, ledger and logs stay in {home}")
    return 0


@contextmanager
def services(home: Path) -> Iterator[dict[str, str]]:
    """A sandbox and a Prefect server on free ports; yields the environment that makes a flow use them."""
    say(
        "[bold]1. Starting a sandbox (Dash Social and its S3 storage) and a Prefect server[/] on free ports of this machine"
    )
    with (
        start_sandbox(home / "sandbox", requests_per_minute=60_000) as sandbox,
        prefect_server(home / "prefect") as prefect,
    ):
        say(f"   library {sandbox.api_url}   Prefect UI {prefect.ui_url}")
        yield {**sandbox.env, **prefect.env, "DASH_LEDGER_URL": f"sqlite:///{home}/ledger.sqlite"}


def play(home: Path, env: dict[str, str]) -> None:
    """Three runs: a small set of which some is refused, a larger one that is killed, and the one that finishes it."""
    media = make_media(home / "ugc", seed=7)
    say(
        f"\n[bold]2. A manifest of {media.rows} rows and its real files[/] ({media.bytes / 1e6:.1f} MB), into two brands"
    )
    show_report(run_to_its_end(home, env, media.manifest))
    show_library(env)
    many = make_many(home / "many", MANY, seed=8)
    say(f"\n[bold]3. A larger manifest, {MANY} originals; the process is killed in the middle[/] (SIGKILL, no goodbye)")
    before = count_media(env)
    kill_half_way(home, env, many.manifest)
    show_library(env)
    there = count_media(env) - before
    say("\n[bold]4. The same command again[/]: only what is left is done")
    report = run_to_its_end(home, env, many.manifest)
    show_library(env)
    created = report.requests.get("POST brands/media", 0)
    say(
        f"   Of {MANY * len(BRANDS)} deliveries {there} were there when it was killed; this run created the other {created}."
    )
    prove(env, expected=media.rows - sum(media.refused.values()) + MANY)
    export(home, env)


def export(home: Path, env: dict[str, str]) -> None:
    """A week of download events, each day with its certificate, and the page that a media team looks at."""
    say("\n[bold]5. A week of download events from the DAM[/], each day proven complete or not published")
    first_day = datetime.now(UTC).date() - timedelta(days=7)
    words = ["-m", "flows.export_downloads", "--first-day", str(first_day), "--destination", str(home / "exports")]
    say(f"   [dim]$ python {' '.join(words[:-1])} exports[/]")
    run_words(home, env, words)
    report = ExportReport.model_validate_json((home / "report.json").read_text())
    table = Table()
    for column in ("day", "server total", "sum of its aggregation", "different ids fetched", "requests"):
        table.add_column(column, justify="right")
    for path in sorted((home / "exports" / "events").glob("date=*/certificate.json")):
        proof = Certificate.model_validate_json(path.read_text())
        numbers = (proof.server_total, proof.aggregation_sum, proof.unique_ids, sum(proof.requests.values()))
        table.add_row(str(proof.day), *(f"{number:,}" for number in numbers))
    say(table)
    say(f"   The page for people: {report.made.get('report page', 'none')}")


def command(home: Path, source: Path) -> list[str]:
    """The command a person would type."""
    return [sys.executable, *_words(str(source)), "--report-file", str(home / "report.json")]


def run_words(home: Path, env: dict[str, str], words: list[str]) -> None:
    """Run a flow's command to its end, with its progress bar on this terminal."""
    whole = [sys.executable, *words, "--report-file", str(home / "report.json")]
    subprocess.run(whole, env=child_env(env), cwd=ROOT, check=True)  # our own command


def _words(source: str) -> list[str]:
    brands = [word for brand in BRANDS for word in ("--brand-ids", str(brand))]
    return ["-m", "flows.ingest_ugc", source, *brands]


def child_env(env: dict[str, str]) -> dict[str, str]:
    """The environment of a flow run that talks to a person: no log lines between the progress bar and the result."""
    return {**os.environ, **env, "PREFECT_LOGGING_LEVEL": "CRITICAL"}


def run_to_its_end(home: Path, env: dict[str, str], source: Path) -> IngestReport:
    """Run the flow with its progress bar on this terminal; return its report."""
    say(f"   [dim]$ python {' '.join(_words(source.name))}[/]")
    run_words(home, env, _words(str(source)))
    return IngestReport.model_validate_json((home / "report.json").read_text())


def kill_half_way(home: Path, env: dict[str, str], source: Path) -> None:
    """Start the flow and kill it once half of its media exist."""
    half = count_media(env) + MANY * len(BRANDS) // 2
    process = start(command(home, source), env=child_env(env), log=home / "killed.log", cwd=ROOT)
    try:
        while process.poll() is None and count_media(env) < half:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        say(f"   killed: the process ended with status {process.wait()}")
    finally:
        stop(process)


def library(env: dict[str, str], brand: int) -> list[Media]:
    """Every uploaded record of a brand, as the API lists it."""
    settings = SocialSettings.from_env({**env, "DASH_SOCIAL_PAGE_PAUSE_S": "0"})
    today = datetime.now(UTC).date()
    with open_social(settings, tally=RequestTally()) as client:
        return list(client.list_media(brand, date(2000, 1, 1), today))


def count_media(env: dict[str, str]) -> int:
    """How many media the sandbox holds, all brands together; its own count is quicker than reading the listing."""
    held: dict[str, int] = httpx.get(f"{env['DASH_SOCIAL_API_URL']}/_sandbox/state", trust_env=False).json()["media"]
    return sum(held.values())


def show_report(report: IngestReport) -> None:
    """What was accepted, what was refused and why."""
    table = Table()
    for column in ("refused", "rule", "why, and what to do"):
        table.add_column(column, overflow="fold")
    for each in report.refusals:
        table.add_row(each.uri or f"row {each.row}", each.rule.replace("_", " "), each.sentence.partition(": ")[2])
    say(table)


def show_library(env: dict[str, str]) -> None:
    """What the library's own listing says, brand by brand."""
    for brand in BRANDS:
        media = library(env, brand)
        ids = {each.source_id for each in media}
        ready = sum(each.is_ready for each in media)
        say(
            f"   brand {brand} holds {len(media)} media: {len(ids)} distinct, {ready} ready, {len(media) - len(ids)} doubled"
        )


def prove(env: dict[str, str], expected: int) -> None:
    """End with an error if anything is lost or doubled: a demo that cannot fail shows nothing."""
    for brand in BRANDS:
        media = library(env, brand)
        if len(media) != expected or len({each.source_id for each in media}) != expected:
            sys.exit(
                f"Brand {brand} holds {len(media)} media, expected {expected}. This is a defect; please report it."
            )
    say(
        f"   [bold green]Nothing lost, nothing doubled:[/] each brand holds each of the {expected} accepted originals once."
    )


if __name__ == "__main__":
    sys.exit(main())
