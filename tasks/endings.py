"""How runs end: in one sentence, never in a traceback for something a person or a service did."""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from prefect.states import Failed

from dashmedia.errors import DashMediaError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


class PlainErrors(logging.Filter):
    """Keeps the traceback off errors of ours in task run logs; defects keep theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, some without their traceback."""
        if record.exc_info and isinstance(record.exc_info[1], DashMediaError):
            record.exc_info, record.exc_text = None, None
        return True


logging.getLogger("prefect.task_runs").addFilter(PlainErrors())


def ends_plainly(flow_function: Callable[P, R]) -> Callable[P, R]:
    """Below `@flow`: an error of ours becomes a Failed state whose message is the error's own sentence.

    The state carries the error, so a caller in Python still gets it raised.
    """

    @wraps(flow_function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return flow_function(*args, **kwargs)
        except DashMediaError as error:
            return cast("R", Failed(message=str(error), data=error))

    return run
