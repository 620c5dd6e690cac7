"""Links in what a person reads, to other pages of the same Prefect UI; plain words where its address is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from prefect.runtime import deployment, flow_run
from prefect.settings import PREFECT_UI_URL
from pydantic_core import to_json

if TYPE_CHECKING:
    from uuid import UUID

#: Characters of parameters in a link at most; encoded they are up to five times as many.
LONGEST = 1_500


def to_artifact(words: str, artifact_id: UUID | None, key: str) -> str:
    """`words` as a link to one artifact; without an address its key is named."""
    return _link(words, f"artifacts/artifact/{artifact_id}") or f"{words} (artifact `{key}`)"


def to_run(words: str) -> str:
    """`words` as a link to the flow run that is going on."""
    return _link(words, f"runs/flow-run/{flow_run.id}" if flow_run.id else "") or words


def to_form(words: str, **changed: Any) -> str:
    """`words` as a link to the form that starts the deployment again, filled in as for the run that is going on.

    Where there is no deployment it is plain words.

    Args:
        words: what people click.
        changed: parameters to fill in differently.
    """
    if not deployment.id:
        return words
    return (
        _link(words, f"deployments/deployment/{deployment.id}/run{filled_in((flow_run.parameters or {}) | changed)}")
        or words
    )


def filled_in(parameters: dict[str, Any]) -> str:
    """The query that fills a form in; empty when they may hold a signature or are too long for a link: then people fill it in."""
    given = to_json(parameters).decode()
    if "?" in given or len(given) > LONGEST:
        return ""
    # The UI decodes it once more than browsers do.
    return f"?parameters={quote(quote(given, safe=''), safe='')}"


def _link(words: str, path: str) -> str:
    base = PREFECT_UI_URL.value()
    return f"[{words}]({base}/{path})" if base and path else ""
