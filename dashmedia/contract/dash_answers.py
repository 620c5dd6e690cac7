"""Answers of Dash as we decided them, with every member that our readers look at, and the other shapes they take.

Members are spelled as in `dashmedia.dam.wire` where it spells them; the others stand in the readers alone.
"""

from __future__ import annotations

from typing import Any

from dashmedia.contract.recording import ByKey
from dashmedia.dam import wire

ASSET_ID = "5d3e0c1a-7b42-4a0e-9f55-0c2b7f6a1d10"
FIELD_ID = "33cc10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
OPTION_ID = "22bb10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
UPLOAD_ID = "77aa10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
FILE_ID = "66aa10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
PORTAL_ID = "55aa10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
JOB_ID = "44aa10f2-15ab-4a6e-8d0e-6a3f5c1b2d4e"
USER_ID = "auth0|65f0c0ffee15600d"
ITEM_ID = "0b6e2f6a-6c0e-5b1a-9a53-5d0f6f1f2a11"
AT = "2031-02-17T09:24:01.417Z"
MD5 = "0cc175b9c0f1b6a831c399e269772661"

USER: dict[str, Any] = {
    "id": USER_ID,
    "name": "Kim Ito",
    "firstName": "Kim",
    "lastName": "Ito",
    "email": "kim@acme.example",
    "type": "USER",
}
PERMITTED = [{"resourceType": wire.CREATE_ASSETS[0], "action": wire.CREATE_ASSETS[1], "resourceId": ASSET_ID}]
ASSIGNABLE = [{"resourceType": "FIELD_OPTIONS", "action": wire.ASSIGN_OPTION, "resourceId": OPTION_ID}]
ASSET: dict[str, Any] = {
    "id": ASSET_ID,
    "lifecycleStatus": {
        "state": wire.STAGED,
        "stagedBy": USER_ID,
        "dateStaged": AT,
        "datePendingApproval": AT,
        "dateLive": AT,
    },
    "dateLastModified": AT,
    "currentAssetFile": {
        "id": FILE_ID,
        "filename": "store-17.jpg",
        "fileType": "IMAGE",
        "size": 1_000,
        "checksum": MD5,
        "dateAdded": AT,
    },
    "metadata": {"values": ByKey({FIELD_ID: ["Kim"]})},
}
FIELD = {
    "id": FIELD_ID,
    "name": "Creator",
    "dataType": "STRING",
    "multiValue": True,
    "hasFixedOptions": True,
    "hierarchical": True,
    "editControl": "TAGS",
    "indestructable": True,
}
ROOT = {"id": FILE_ID, "value": "UGC", "fieldId": FIELD_ID, "position": 3, "leaf": True, "numberOfChildren": 4}
OPTION = ROOT | {"id": OPTION_ID, "value": "2031", "parent": ROOT}
PORTAL = {"id": PORTAL_ID, "name": "Resellers", "currentSlug": "resellers"}
UPLOAD = {
    wire.UPLOAD_ID[0]: UPLOAD_ID,
    wire.ASSET_REFERENCE[0]: ASSET_ID,
    wire.PARTS[0]: [
        {wire.PART_NUMBER: 1, wire.PART_URL[0]: "https://storage.example/1", wire.PART_START: 10, wire.PART_END: 499}
    ],
}
RANGED = UPLOAD | {
    wire.PARTS[0]: [
        {
            wire.PART_NUMBER: 1,
            wire.PART_URL[0]: "https://storage.example/1",
            wire.PART_RANGE: {wire.RANGE_START: 10, wire.RANGE_END: 499},
        }
    ]
}
EVENT = {
    wire.EVENT_ID[0]: ITEM_ID,
    wire.ASSET_REFERENCE[0]: ASSET_ID,
    wire.FILE_REFERENCE[0]: FILE_ID,
    wire.USER_REFERENCE[0]: USER_ID,
    wire.USER_TYPE: "USER",
    wire.PORTAL_REFERENCE[0]: PORTAL_ID,
    wire.DOWNLOAD_TYPE: "ORIGINAL",
    wire.EVENT_DATE[0]: AT,
}
TOKEN = {"access_token": "an-access-token", "refresh_token": "another-refresh-token", "expires_in": 86_400}


def enveloped(resource: Any) -> dict[str, Any]:
    """One resource as an answer of its own."""
    return {wire.RESULT: resource}


def shapes_of_one(resource: Any) -> tuple[Any, ...]:
    """A resource in its envelope, and bare."""
    return enveloped(resource), resource


def shapes_of_rows(resource: Any, **beside: Any) -> tuple[Any, ...]:
    """A page of a search: rows in envelopes, and bare."""
    return tuple({wire.RESULTS: [row], wire.TOTAL: 7} | beside for row in shapes_of_one(resource))


def shapes_of_buckets(name: str) -> tuple[Any, ...]:
    """Rows of events with an aggregation of that name in each of its shapes."""
    bucket = {wire.BUCKET_VALUE[0]: AT, wire.BUCKET_COUNT[0]: 3}
    forms: tuple[Any, ...] = ({wire.BUCKETS: [bucket]}, [bucket], ByKey({AT: 3}), {wire.BUCKETS: ByKey({AT: 3})})
    return tuple(page for form in forms for page in shapes_of_rows(EVENT, **{wire.AGGREGATIONS: ByKey({name: form})}))


def shapes_of_job(inner: Any) -> tuple[Any, ...]:
    """A job that is complete with one success and one failure: by id with and without `result`, as lists, at top level."""
    job = {
        "id": JOB_ID,
        wire.JOB_TYPE: "COMPLETE",
        wire.JOB_PROGRESS: {wire.JOB_STEPS: [{wire.STEP_NAME: "working", wire.STEP_TOTAL: 5, wire.STEP_COMPLETED: 4}]},
    }
    failed = {wire.FAILURE_WORDS[0]: "no such asset", wire.FAILURE_CODE: "NOT_FOUND"}
    known, other = {wire.BATCH_ITEM_ID: ITEM_ID}, {wire.BATCH_ITEM_ID: FILE_ID}
    told: tuple[tuple[Any, Any], ...] = (
        (ByKey({ITEM_ID: enveloped(inner)}), ByKey({FILE_ID: failed})),
        (ByKey({ITEM_ID: inner}), ByKey({FILE_ID: "no such asset"})),
        ([known | enveloped(inner)], [other | failed]),
    )
    results = [{wire.SUCCESSES: good, wire.FAILURES: bad} for good, bad in told]
    return (*(job | enveloped(result) for result in results), *(job | result for result in results))
