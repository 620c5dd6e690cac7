"""Originals into the DAM, in parts that survive a kill. `AssetUploader` is the way in.

`plan` says how a file is cut, `creating` makes assets and finds those of a lost job (`orphans`), `sending` sends parts and
keeps their receipts, `completing` makes them the asset's file and proves it.
"""

from __future__ import annotations

from dashmedia.uploads.budget import PartBudget
from dashmedia.uploads.plan import Part, PartPlan, part_plan
from dashmedia.uploads.uploader import AssetUploader, UploadOptions

__all__ = ["AssetUploader", "Part", "PartBudget", "PartPlan", "UploadOptions", "part_plan"]
