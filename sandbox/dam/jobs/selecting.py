"""Which assets a job is for: the `selector` that the second version of the API has in place of a criterion."""

# Pydantic reads these annotations at run time, so they are not postponed.
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.dam.catalogue import Catalogue
from sandbox.dam.criteria import Asked


class ById(BaseModel):
    """These assets."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["BY_ID"]
    ids: list[str]


class ByCriterion(BaseModel):
    """All that meet it; live ones only, unless it speaks of the state."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["BY_CRITERION"]
    criterion: Asked


Selector = Annotated[ById | ByCriterion, Field(discriminator="type")]


def selected(selector: ById | ByCriterion, catalogue: Catalogue) -> list[str]:
    """Ids of the assets, each once; ids that were given may be of none.

    Raises:
        RefusedError: 400, the criterion means nothing for assets.
    """
    if isinstance(selector, ById):
        return list(dict.fromkeys(selector.ids))
    return catalogue.asset_ids(selector.criterion)
