"""The members of every report: what `--report-file` writes, and what a flow returns."""

from __future__ import annotations

import re
from inspect import signature
from typing import Any, get_args

from pydantic import BaseModel

from deployments.reference.loading import load_flows
from deployments.reference.markdown import attributes, code, page, summary, table

INTRODUCTION = """A flow returns its report, and `--report-file report.json` writes it. Every original, asset or day is in exactly one count. Times are UTC,
durations seconds, sizes bytes."""


def reports_page() -> str:
    """The page."""
    flows = {flow: signature(flow.fn, eval_str=True).return_annotation for flow in load_flows()}
    models: dict[str, type[BaseModel]] = {}
    for model in flows.values():
        _collect(model, models)
    made = [(code(flow.name), f"[{model.__name__}](#{model.__name__.lower()})") for flow, model in flows.items()]
    parts = [part for name, model in models.items() for part in (f"## {name}", summary(model), _table(model))]
    return page("Reports", INTRODUCTION, table(("flow", "report"), made), *parts)


def _collect(annotation: Any, into: dict[str, type[BaseModel]]) -> None:
    """Models that an annotation names, and those of their members, in the order in which they are met."""
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    if is_model and annotation.__name__ not in into:
        into[annotation.__name__] = annotation
        for field in annotation.model_fields.values():
            _collect(field.annotation, into)
    for each in get_args(annotation):
        _collect(each, into)


def _table(model: type[BaseModel]) -> str:
    meaning = attributes(model)
    rows = [
        (code(name), code(_type(field.annotation)), field.description or meaning.get(name, ""))
        for name, field in model.model_fields.items()
    ]
    return table(("member", "type", "meaning"), rows)


def _type(annotation: Any) -> str:
    """The annotation without the modules that its names come from."""
    words = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", words)
