"""A flow as a command: its parameters, their help and their defaults are read off the flow itself."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from cyclopts import App, CycloptsError
from cyclopts import Parameter as Option
from pydantic import BaseModel, ValidationError
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from dashmedia.errors import DashMediaError, SettingsError
from dashmedia.interrupts import interruptible
from tasks.parameters import require_valid, sentences, without_bounds
from tasks.progress import watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prefect import Flow
    from rich.progress import TaskID

    from tasks.progress import Look
    from tasks.progress import Progress as Seen

#: Exit codes: done; something is left over or was refused as a whole; the command line is wrong, and nothing was begun.
#: Ctrl-C adds `dashmedia.interrupts.INTERRUPTED`.
DONE, NOT_DONE, WRONG = 0, 1, 2

#: Seconds between two looks of the progress bar.
EVERY_S = 0.2


def run_from_command_line(flow: Flow[..., Any]) -> None:
    """Run `flow` with the parameters on the command line, show its progress, and exit with 0 only if all was done."""
    with interruptible():
        sys.exit(app_of(flow)())


def app_of(flow: Flow[..., Any]) -> App:
    """`flow` as an application; called with words or without, for those on the command line, it ends the process."""
    app = App(
        name=f"python -m {flow.fn.__module__ if flow.fn.__module__ != '__main__' else _module()}",
        help_format="markdown",
        version_flags=(),
        default_parameter=Option(negative_iterable=()),
        error_formatter=_in_words,
    )
    app.default(_as_command(flow))
    return app


def _in_words(error: CycloptsError) -> Group:
    """What is wrong with the command line: without a frame, in lines that are not cut."""
    name, cause = error.argument.name.lstrip("-") if error.argument else "", error.__cause__
    words = sentences(cause, name) if isinstance(cause, ValidationError) else str(error)
    # In a group, because a bare text is cut into lines all the same.
    return Group(Text(words, "bold red", no_wrap=True, overflow="ignore"))


def _module() -> str:
    spec = sys.modules["__main__"].__spec__
    return spec.name if spec else "__main__"


def _as_command(flow: Flow[..., Any]) -> Callable[..., int]:
    plain = signature(flow.fn, eval_str=True)
    written = [name for name, one in plain.parameters.items() if _is_list_of_models(one.annotation)]
    words = _with_report_file(_with_json(without_bounds(plain), written))

    @wraps(flow.fn)
    def command(*args: Any, report_file: Path | None = None, **kwargs: Any) -> int:
        watcher.set(progress_bar)
        console = Console(stderr=True)
        try:
            given = _read_json(words.bind(*args, **kwargs).arguments, written)
            require_valid(flow.fn, given)
            _require_place_for(report_file)
        except SettingsError as error:
            return _end(console, error, WRONG)
        try:
            report = flow(**given)
        except DashMediaError as error:
            return _end(console, error, NOT_DONE)
        except KeyboardInterrupt:
            console.print("Stopped. What was done is kept; the same command does the rest.")
            raise
        if report_file is not None:
            report_file.write_text(report.model_dump_json(indent=2))
        console.print(report.sentence, highlight=False, soft_wrap=True)
        return DONE

    # Types are read off the annotations of what is wrapped, names and defaults off the signature.
    command.__annotations__ = {name: one.annotation for name, one in words.parameters.items()}
    del command.__wrapped__
    command.__signature__ = words  # type: ignore[attr-defined]  # read by cyclopts
    command.__doc__ = f"{(flow.fn.__doc__ or '').rstrip()}\n        report_file: Write the report there too, as JSON.\n"
    return command


def _end(console: Console, error: DashMediaError, status: int) -> int:
    console.print(str(error), style="bold red", highlight=False, soft_wrap=True, markup=False)
    return status


def _require_place_for(report_file: Path | None) -> None:
    """Raises `SettingsError` before the work, and not after it, when there is no folder for the report."""
    if report_file is not None and not report_file.parent.is_dir():
        raise SettingsError(
            f"The report cannot be written to {report_file}: there is no folder {report_file.parent}. Make it, or name another."
        )


def _is_list_of_models(annotation: Any) -> bool:
    """Whether a parameter is too much for options of a command, such as a list of rules."""
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    held = get_args(plain)[:1] if get_origin(plain) in {list, tuple} else ()
    return any(isinstance(one, type) and issubclass(one, BaseModel) for one in held)


def _with_json(plain: Signature, written: list[str]) -> Signature:
    """The same, with text in the place of what is written as JSON; without it, the flow's own default holds."""

    def as_text(one: Parameter) -> Parameter:
        return one.replace(annotation=str | None, default=None) if one.name in written else one

    return plain.replace(parameters=[as_text(one) for one in plain.parameters.values()])


def _read_json(given: dict[str, Any], written: list[str]) -> dict[str, Any]:
    """What was given, with JSON read from the text or from the file that it names.

    Raises:
        SettingsError: it is neither.
    """
    kept = {name: value for name, value in given.items() if name not in written or value is not None}
    return kept | {name: _json_of(name, kept[name]) for name in written if name in kept}


def _json_of(name: str, text: str) -> Any:
    is_file = not text.lstrip().startswith(("[", "{"))
    try:
        return json.loads(Path(text).read_text(encoding="utf-8") if is_file else text)
    except (OSError, ValueError) as error:
        seen = f"the file {text} cannot be read as JSON" if is_file else "its text is no JSON"
        raise SettingsError(
            f"--{name}: {seen}: {error}. Expected a JSON list, or the path of a file with one."
        ) from error


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
