"""What is made of the partitions for people: rollups, a report page, a file for DuckDB.

What goes wrong here is told in the run's report and fails the run at its end: the partitions are there all the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia.errors import DashMediaError
from dashmedia.exports import duckdb_views, rollups
from dashmedia.exports.cross_check import cross_check
from dashmedia.exports.rollup_files import rollups_url
from dashmedia.exports.trusted import find_partitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.exports.session import ExportSession


def summarise(session: ExportSession) -> None:
    """Rollups, report page and DuckDB file, where they are wanted."""
    if session.options.rollups and not session.dry_run:
        check_rollups(session)
        write_rollups(session)
        write_report(session)
        build_views(session)


@task(task_run_name="check rollups", cache_policy=NO_CACHE)
def check_rollups(session: ExportSession) -> None:
    """Compare the rollups of the days of this run with what the service counts by type, portal and asset."""
    with told(session, "The rollups could not be checked"):
        counted = rollups.compute_rollups(session.options.destination, session.exported)
        cross_check(session.search, counted, session.rules)


@task(task_run_name="write rollups", cache_policy=NO_CACHE)
def write_rollups(session: ExportSession) -> None:
    """Count all complete days of the destination by day, month, asset, user, type and portal, with names if wanted."""
    options = session.options
    with told(session, "The rollups were not written"):
        windows = find_partitions(options.destination, options.timezone).windows
        rollups.write_rollups(options.destination, windows, session.names)
        session.made["rollups"] = rollups_url(options.destination)


@task(task_run_name="write report page", cache_policy=NO_CACHE)
def write_report(session: ExportSession) -> None:
    """One page about the complete days of this run, beside the period before."""
    from dashmedia.exports import report  # noqa: PLC0415 - its plotting library would double the start of every run

    options = session.options
    if session.complete:
        with told(session, "The report page was not written"):
            url = report.write_report(options.destination, session.complete, options.timezone, session.names)
            session.made["report page"] = url


@task(task_run_name="build latest.duckdb", cache_policy=NO_CACHE)
def build_views(session: ExportSession) -> None:
    """A file that a person opens with DuckDB and asks at once."""
    with told(session, "latest.duckdb was not built"):
        built = duckdb_views.build_views(session.options.destination, session.options.timezone)
        session.made["DuckDB file"] = built.url


@contextmanager
def told(session: ExportSession, what: str) -> Iterator[None]:
    """Turn an error of ours inside into a problem of the run's report, which says `what` is not there."""
    try:
        yield
    except DashMediaError as error:
        session.problems.append(f"{what}. {error}")
