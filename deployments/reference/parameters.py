"""What each flow takes: read off the schema that Prefect makes the form of, so that page and form agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.reference.loading import load_flows
from deployments.reference.markdown import code, page, summary, table
from deployments.reference.schema_words import default_words, type_words

if TYPE_CHECKING:
    from prefect import Flow

    from deployments.reference.schema_words import Schema

INTRODUCTION = """The parameters of every flow, as the form in the Prefect UI, `prefect.yaml` and the command line take them. At the command line
`max_assets` is written `--max-assets`; every flow has `--help`, and `--report-file` writes its report as JSON. A value outside its bounds is
refused before the run starts."""


def parameters_page() -> str:
    """The page."""
    flows = load_flows()
    schemas = {flow: flow.parameters.model_dump() for flow in flows}
    models: dict[str, Schema] = {}
    for schema in schemas.values():
        models |= {name: each for name, each in schema["definitions"].items() if "properties" in each}
    parts = [part for flow, schema in schemas.items() for part in _flow(flow, schema)]
    for name, model in sorted(models.items()):
        parts += [f"## {name}", model.get("description", ""), _table(model, _all_definitions(schemas))]
    return page("Parameters", INTRODUCTION, *parts)


def _flow(flow: Flow[..., Any], schema: Schema) -> list[str]:
    module = flow.fn.__module__
    return [f"## {flow.name}", f"`python -m {module}`", summary(flow.fn), _table(schema, schema["definitions"])]


def _table(schema: Schema, definitions: dict[str, Schema]) -> str:
    rows = [
        (
            code(name),
            each.get("title", ""),
            type_words(each, definitions),
            default_words(each),
            each.get("description", ""),
        )
        for name, each in schema["properties"].items()
    ]
    return table(("parameter", "in the form", "takes", "unless given", "meaning"), rows)


def _all_definitions(schemas: dict[Flow[..., Any], Schema]) -> dict[str, Schema]:
    return {name: each for schema in schemas.values() for name, each in schema["definitions"].items()}
