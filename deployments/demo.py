"""`make demo`: real files into a library and a DAM, a kill in the middle, a nightly promotion, a proven export."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
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
from dashmedia.interrupts import interruptible
from dashmedia.rate import RequestTally
from dashmedia.settings import SocialSettings
from dashmedia.social import open_social
from deployments import demo_dam
from deployments.prefect_server import prefect_server
from deployments.processes import end_on_farewells, run, start, stop
from sandbox.media import make_many, make_media
from sandbox.process import start as start_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashmedia.social import Media

ROOT = Path(__file__).parents[1]
#: Two of the brands that the sandbox's invented organization has.
BRANDS = (4242, 4343)
#: Originals of the second source: enough to be killed half-way, few enough for two minutes.
MANY = 400

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 120)
say = console.print


def main() -> int:
    """Play the demo in a private folder; stop everything that was started, also on Ctrl-C."""
    end_on_farewells()
    home = Path(mkdtemp(prefix="dashmedia-demo-"))
    try:
        with ExitStack() as stack:
            env = stack.enter_context(services(home))
            play(home, env)
    except KeyboardInterrupt:
        shutil.rmtree(home, ignore_errors=True)
        console.show_cursor()  # the progress bar had hidden it
        say("\nStopped. Nothing was left running, and nothing on the disk.")
        return 130
    say(f"\nEverything that was started is stopped. Files, ledger and logs stay in {home}")
    return 0


@contextmanager
def services(home: Path) -> Iterator[dict[str, str]]:
    """A sandbox and a Prefect server on free ports; yields the environment that makes a flow use them."""
    say("[bold]1. Starting a sandbox (Dash Social, Dash and their S3 storage) and a Prefect server[/] on free ports")
    with (
        start_sandbox(home / "sandbox", requests_per_minute=60_000) as sandbox,
        prefect_server(home / "prefect") as prefect,
    ):
        say(f"   library {sandbox.api_url}   Prefect UI {prefect.ui_url}")
        yield {**sandbox.env, **prefect.env, "DASH_LEDGER_URL": f"sqlite:///{home}/ledger.sqlite"}


def play(home: Path, env: dict[str, str]) -> None:
    """A small set of which some is refused, a larger one that is killed, the run that finishes it, and the nightly ones."""
    media = make_media(home / "ugc", seed=7)
    accepted = media.rows - sum(media.refused.values())
    size = f"{media.bytes / 1e6:.1f} MB"
    say(f"\n[bold]2. A manifest of {media.rows} rows and its real files[/] ({size}), into two brands and a DAM folder")
    show_report(run_to_its_end(home, env, media.manifest, demo_dam.destination_words()))
    show_library(env)
    demo_dam.require_each_once(env, accepted)
    say(f"   {demo_dam.folder_sentence(env)}")
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
    prove(env, expected=accepted + MANY)
    promote(home, env)
    export(home, env)


def promote(home: Path, env: dict[str, str]) -> None:
    """The folder's assets go to approval, except two that somebody put there by hand."""
    demo_dam.put_by_hand(env)
    say("\n[bold]5. A nightly promotion of that folder[/]: STAGED to PENDING_APPROVAL; two assets came there by hand")
    rules = demo_dam.write_rules(home)
    say(f"   [dim]$ python -m flows.promote_lifecycle --rules {rules.name}[/]")
    run_words(home, env, ["-m", "flows.promote_lifecycle", "--rules", str(rules)])
    say("   The plan, made before anything moved, as the UI shows it:")
    say(demo_dam.plan_table(env))
    say(f"   {demo_dam.folder_sentence(env)}")


def export(home: Path, env: dict[str, str]) -> None:
    """A week of download events, each day with its certificate, and the page that a media team looks at."""
    say("\n[bold]6. A week of download events from the DAM[/], each day proven complete or not published")
    # A day can be exported once its last events had time to arrive; shortly after midnight yesterday cannot.
    last_day = (datetime.now(UTC) - timedelta(hours=1)).date() - timedelta(days=1)
    days = ["--first-day", str(last_day - timedelta(days=6)), "--last-day", str(last_day)]
    words = ["-m", "flows.export_downloads", *days, "--destination", str(home / "exports")]
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
    """Run a flow's command to its end, with its progress bar on this terminal; without a good end there is no demo."""
    whole = [sys.executable, *words, "--report-file", str(home / "report.json")]
    if status := run(whole, env=child_env(env), cwd=ROOT):
        sys.exit(f"That command ended with status {status}, expected 0. Files, ledger and logs stay in {home}.")


def _words(source: str) -> list[str]:
    brands = [word for brand in BRANDS for word in ("--brand-ids", str(brand))]
    return ["-m", "flows.ingest_ugc", source, *brands]


def child_env(env: dict[str, str]) -> dict[str, str]:
    """The environment of a flow run that talks to a person: no log lines between the progress bar and the result."""
    return {**os.environ, **env, "PREFECT_LOGGING_LEVEL": "CRITICAL"}


def run_to_its_end(home: Path, env: dict[str, str], source: Path, more: Sequence[str] = ()) -> IngestReport:
    """Run the flow with its progress bar on this terminal; return its report. `more` are further words of its command."""
    say(f"   [dim]$ python {shlex.join([*_words(source.name), *more])}[/]")
    run_words(home, env, [*_words(str(source)), *more])
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
    with interruptible():
        sys.exit(main())
