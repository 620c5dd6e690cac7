"""A flow as a command: its parameters, their help and their defaults are read off the flow itself."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from cyclopts import App
from prefect.exceptions import ParameterTypeError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dashmedia.errors import DashMediaError
from tasks.progress import watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prefect import Flow
    from rich.progress import TaskID

    from tasks.progress import Look
    from tasks.progress import Progress as Seen

#: Exit codes: done; something is left over or was refused as a whole.
DONE, NOT_DONE = 0, 1

#: Seconds between two looks of the progress bar.
EVERY_S = 0.2


def run_from_command_line(flow: Flow[..., Any]) -> None:
    """Run `flow` with the parameters on the command line, show its progress, and exit with 0 only if all was done."""
    app = App(
        name=f"python -m {flow.fn.__module__ if flow.fn.__module__ != '__main__' else _module()}",
        help_format="markdown",
    )
    app.default(_as_command(flow))
    sys.exit(app())


def _module() -> str:
    spec = sys.modules["__main__"].__spec__
    return spec.name if spec else "__main__"


def _as_command(flow: Flow[..., Any]) -> Callable[..., int]:
    @wraps(flow.fn)
    def command(*args: Any, report_file: Path | None = None, **kwargs: Any) -> int:
        watcher.set(progress_bar)
        console = Console(stderr=True)
        try:
            report = flow(*args, **kwargs)
        except (DashMediaError, ParameterTypeError) as error:
            console.print(str(error), style="bold red", highlight=False, soft_wrap=True)
            return NOT_DONE
        if report_file is not None:
            report_file.write_text(report.model_dump_json(indent=2))
        console.print(report.sentence, highlight=False, soft_wrap=True)
        return DONE

    command.__signature__ = _with_report_file(signature(flow.fn, eval_str=True))  # type: ignore[attr-defined]  # read by cyclopts
    command.__doc__ = f"{(flow.fn.__doc__ or '').rstrip()}\n        report_file: Write the report there too, as JSON.\n"
    return command


def _with_report_file(plain: Signature) -> Signature:
    extra = Parameter("report_file", Parameter.KEYWORD_ONLY, default=None, annotation=Path | None)
    return plain.replace(parameters=[*plain.parameters.values(), extra])


@contextmanager
def progress_bar(look: Look) -> Iterator[None]:
    """A bar on standard error that follows what `look` sees."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    over = Event()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        begun = look()
        job = bar.add_task(begun.words or begun.unit, total=begun.total)
        mover = Thread(target=_follow, args=(look, bar, job, over), daemon=True)
        mover.start()
        try:
            yield
        finally:
            over.set()
            mover.join()
            _move(bar, job, look().at_the_end())


def _follow(look: Look, bar: Progress, job: TaskID, over: Event) -> None:
    while not over.wait(EVERY_S):
        _move(bar, job, look())


def _move(bar: Progress, job: TaskID, seen: Seen) -> None:
    bar.update(job, completed=seen.done, total=seen.total, description=seen.words or seen.unit)
