"""A file that agrees gives no difference; each single change of it gives that one, named, and nothing else."""

import json

import pytest

from dashmedia.contract.check import check_contract
from dashmedia.contract.report import Weight
from dashmedia.limits import DAM_JOB_ITEMS

SEARCH = "/asset-searches"
MOVES = "/asset-lifecycle-transition-batch-jobs"
CREATE = "/brands/{id}/media"
LIST = "/brands/{id}/media/v2"
MEDIA = "/brands/{id}/media/v2/{id}"
ISSUE = "/media_upload_url"


def operation(document, path):
    shared = document["paths"][path]
    return next(shared[method] for method in ("get", "post", "put") if method in shared)


def request(document, path):
    return operation(document, path)["requestBody"]["content"]["application/json"]["schema"]


def answer(document, path):
    (told,) = operation(document, path)["responses"].values()
    return told["content"]["application/json"]["schema"]


def rename(schema, old, new):
    schema["properties"] = {new if name == old else name: one for name, one in schema["properties"].items()}
    schema["required"] = [new if name == old else name for name in schema.get("required", [])]


def drop(schema, name):
    del schema["properties"][name]
    schema["required"] = [one for one in schema["required"] if one != name]


def add(schema, name, told, *, required):
    schema["properties"][name] = told
    schema["required"] = schema["required"] + [name] * required


@pytest.mark.parametrize(("system", "calls"), [("dash", 22), ("dash-social", 5)])
def test_a_file_that_agrees_has_no_difference_and_contradicts_no_decision(agreeing, system, calls):
    report = check_contract(system, "openapi.json", json.dumps(agreeing(system)).encode())

    assert report.differences == ()
    assert report.calls == calls
    assert report.settled
    assert all(one.agrees for one in report.settled)


def moved_path(document):
    document["paths"]["/media_upload_urls"] = document["paths"].pop(ISSUE)


def other_method(document):
    document["paths"][LIST]["post"] = document["paths"][LIST].pop("put")


def gone_endpoint(document):
    del document["paths"][MEDIA]


def other_server(document):
    document["servers"] = [{"url": "https://{where}.dashsocial.com/v3", "variables": {"where": {"default": "library"}}}]
    for path in (ISSUE, CREATE, MEDIA):
        operation(document, path)["servers"] = [{"url": "https://library-backend.dashsocial.com"}]


def api_key(document):
    document["components"]["securitySchemes"]["key"] = {"type": "apiKey", "in": "header", "name": "X-Key"}


def header_wanted(document):
    operation(document, CREATE)["parameters"] = [{"in": "header", "name": "Idempotency-Key", "required": True}]


def query_wanted(document):
    document["paths"][MEDIA]["parameters"] += [{"in": "query", "name": "organization_id", "required": True}]


SOCIAL = {
    "a path with another name": (
        moved_path,
        ["breaks endpoint POST media_upload_url: /media_upload_url | not there; perhaps it is now /media_upload_urls",
         "note more the API: not called | 1 more operations: POST /media_upload_urls"],
    ),
    "a path with another method": (
        other_method,
        ["breaks method PUT brands/media/v2: PUT | POST",
         "note more the API: not called | 1 more operations: POST /brands/{id}/media/v2"],
    ),
    "a path that is gone": (gone_endpoint, ["breaks endpoint GET brands/media/v2: /brands/{}/media/v2/{} | not there"]),
    "another base URL": (
        other_server,
        [f"breaks server {LIST} server: https://library-backend.dashsocial.com | https://library.dashsocial.com/v3"],
    ),
    "another way to sign in": (api_key, ["breaks sign-in GET api/self: a Bearer token | an API key in header X-Key"]),
    "a header that must be sent": (header_wanted, ["breaks parameter POST brands/media header Idempotency-Key: never sent | required"]),
    "a query parameter that must be sent": (query_wanted, ["breaks parameter GET brands/media/v2 query organization_id: never sent | required"]),
    "a member that is sent under another name": (
        lambda it: rename(request(it, ISSUE), "filename", "file_name"),
        ["breaks renamed POST media_upload_url request filename: sent | file_name"],
    ),
    "a member that is sent and unknown": (
        lambda it: drop(request(it, CREATE), "meta"),
        ["breaks member POST brands/media request meta: sent | unknown"],
    ),
    "a member that must be sent now": (
        lambda it: add(request(it, CREATE), "rights", {"type": "object"}, required=True),
        ["breaks required POST brands/media request rights: never sent | required"],
    ),
    "a member that may be sent": (
        lambda it: add(request(it, CREATE), "rights", {"type": "object"}, required=False),
        ["note more POST brands/media request: not sent | also takes rights"],
    ),
    "a member that is sent as another type": (
        lambda it: request(it, CREATE)["properties"].update(meta={"type": "string"}),
        ["breaks type POST brands/media request meta: object | string"],
    ),
    "a date that is sent in another form": (
        lambda it: request(it, CREATE)["properties"].update(source_created_at={"type": "string", "pattern": "^.{10}$"}),
        ["breaks limit POST brands/media request source_created_at: 2031-02-17T09:24:01Z | pattern ^.{10}$"],
    ),
    "a word that is sent and unknown": (
        lambda it: request(it, CREATE)["properties"]["type"].update(enum=["UPLOAD", "OWNED"]),
        ["breaks word POST brands/media request type: UPLOADED | OWNED, UPLOAD; perhaps it is now UPLOAD",
         "note word POST brands/media request type: not sent | also allows OWNED, UPLOAD"],
    ),
    "a word that could be sent": (
        lambda it: request(it, CREATE)["properties"]["type"].update(enum=["UPLOADED", "OWNED"]),
        ["note word POST brands/media request type: not sent | also allows OWNED"],
    ),
    "pages that are smaller than ours": (
        lambda it: request(it, LIST)["properties"]["limit"].update(maximum=50),
        ["breaks limit PUT brands/media/v2 request limit: 99 | maximum 50"],
    ),
    "a body in another form": (
        lambda it: operation(it, ISSUE).update(requestBody={"content": {"multipart/form-data": {"schema": {}}}}),
        ["breaks type POST media_upload_url request: application/json | multipart/form-data"],
    ),
    "a body that nobody takes": (
        lambda it: operation(it, ISSUE).pop("requestBody"), ["breaks member POST media_upload_url request: a body | none is taken"],
    ),
    "a needed member of an answer that is gone": (
        lambda it: drop(answer(it, MEDIA), "id"), ["breaks member GET brands/media/v2 answer id: read | unknown"],
    ),
    "a needed member of an answer under another name": (
        lambda it: rename(answer(it, LIST), "data", "dataList"), ["breaks renamed PUT brands/media/v2 answer data: read | dataList"],
    ),
    "a member of an answer under a name that is understood": (
        lambda it: rename(answer(it, ISSUE), "url", "signed_url"),
        ["note renamed POST media_upload_url answer url: this name, and the other is understood | signed_url"],
    ),
    "a member that is read where it is there": (
        lambda it: drop(answer(it, MEDIA), "source_id"),
        ["weakens member GET brands/media/v2 answer source_id: read where it is there | unknown"],
    ),
    "a member of an answer as a type that is not understood": (
        lambda it: answer(it, MEDIA)["properties"].update(id={"type": "string", "format": "uuid"}),
        ["breaks type GET brands/media/v2 answer id: integer | string"],
    ),
    "a member of an answer as a type that is understood": (
        lambda it: answer(it, MEDIA)["properties"].update(meta={"type": "string"}), [],
    ),
    "a needed member of an answer that may be null": (
        lambda it: answer(it, MEDIA)["properties"].update(id={"type": ["integer", "null"]}),
        ["breaks null GET brands/media/v2 answer id: always there | may be null"],
    ),
    "a needed member of an answer that is not promised": (
        lambda it: answer(it, MEDIA)["required"].remove("id"),
        ["note required GET brands/media/v2 answer id: always there | may be left out"],
    ),
    "an envelope that is understood": (
        lambda it: operation(it, MEDIA)["responses"]["200"]["content"]["application/json"].update(
            schema={"type": "object", "required": ["data"], "properties": {"data": answer(it, MEDIA)}}
        ), [],
    ),
    "a status word without the one that we wait for": (
        lambda it: answer(it, MEDIA)["properties"]["brand_media_status"].update(enum=["DONE", "FAILED"]),
        ["breaks word GET brands/media/v2 answer brand_media_status: PROCESSED | none of them, but DONE, FAILED",
         "note word GET brands/media/v2 answer brand_media_status: ERROR, FAILED, PROCESSED | also DONE"],
    ),
    "success by another status": (
        lambda it: operation(it, CREATE).update(responses={"202": operation(it, CREATE)["responses"]["201"]}),
        ["note status POST brands/media status: 201; any 2xx is understood | 202"],
    ),
    "no success at all": (
        lambda it: operation(it, CREATE).update(responses={"302": {"description": "elsewhere"}}),
        ["breaks status POST brands/media status: 2xx for success | 302",
         "weakens status POST brands/media status: redirects are never followed | 302",
         "note untold POST brands/media answer: is read | no schema"],
    ),
    "success without content": (
        lambda it: operation(it, MEDIA).update(responses={"204": {"description": "nothing"}}),
        ["breaks status GET brands/media/v2 status: an answer that is read | 204, no content",
         "note untold GET brands/media/v2 answer: is read | no schema"],
    ),
    "a call that will be taken away": (
        lambda it: operation(it, MEDIA).update(deprecated=True), ["note more GET brands/media/v2: called | deprecated"],
    ),
    "a call that we do not know": (
        lambda it: it["paths"].update({"/galleries": {"get": {"responses": {}}}}),
        ["note more the API: not called | 1 more operations: GET /galleries"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOCIAL)
def test_a_change_of_the_file_of_dash_social_is_found_and_nothing_else(agreeing, differences, name):
    change, expected = SOCIAL[name]
    document = agreeing("dash-social")
    change(document)

    found = differences("dash-social", document)

    assert len(found) == len(expected), found
    assert all(seen.startswith(told) for seen, told in zip(found, expected, strict=True)), found


def schemas(document):
    return document["components"]["schemas"]


def rows(document, path):
    return answer(document, path)["properties"]["results"]["items"]["properties"]["result"]


def bare_rows(document):
    page = answer(document, "/asset-scroll-searches")
    page["properties"]["results"]["items"] = page["properties"]["results"]["items"]["properties"]["result"]


def job_as_lists(document):
    told = answer(document, MOVES + "/{id}")["properties"]["result"]["properties"]
    entry = {"type": "object", "required": ["batchItemId"], "properties": {"batchItemId": {"type": "string"}}}
    for side, more in (("successes", "result"), ("failures", "message")):
        kind = "object" if more == "result" else "string"
        one = entry | {"properties": entry["properties"] | {more: {"type": kind}, "code": {"type": "string"}}}
        told[side] = {"type": "array", "items": one}


DAM = {
    "a transition by another name": (
        lambda it: request(it, MOVES)["properties"]["transition"].update(
            enum=[one.replace("BINNED", "BIN") for one in request(it, MOVES)["properties"]["transition"]["enum"]]
        ),
        ["LIVE_TO_BINNED", "STAGED_TO_BINNED", "PENDING_APPROVAL_TO_BINNED", "BINNED_TO_LIVE", "not sent"],
    ),
    "a selector by another name": (
        lambda it: schemas(it)["Selector"]["oneOf"][0]["properties"].update(type={"const": "BY_IDS"}),
        ["request selector.type: BY_ID | BY_CRITERION, BY_IDS; perhaps it is now BY_IDS", "not sent | also allows BY_IDS"],
    ),
    "a criterion that takes another member": (
        lambda it: rename(schemas(it)["Not"], "criterion", "criteria"),
        ["breaks renamed POST asset-searches request criterion.criteria[].criterion: sent | criteria"],
    ),
    "a range whose ends are called otherwise": (
        lambda it: rename(schemas(it)["Range"], "from", "fromInclusive"),
        ["breaks renamed POST asset-searches request criterion.criteria[].from: sent | fromInclusive"],
    ),
    "a sort by objects alone": (
        lambda it: schemas(it)["Sort"]["properties"].update(field=schemas(it)["Field"]["oneOf"][1]),
        ["breaks type POST field-option-searches request sorts[].field: string | object", "also allows POSITION"],
    ),
    "fewer items in a job": (
        lambda it: request(it, "/asset-and-upload-batch-jobs")["properties"]["items"].update(maxItems=50),
        [f"breaks limit POST asset-and-upload-batch-jobs request items: {DAM_JOB_ITEMS} entries | maxItems 50"],
    ),
    "a state of an asset that we never heard of": (
        lambda it: rows(it, SEARCH)["properties"]["lifecycleStatus"]["properties"]["state"]["enum"].append("ARCHIVED"),
        [("weakens word GET assets answer result.lifecycleStatus.state: "
         "BINNED, LIVE, PENDING_APPROVAL, STAGED | also ARCHIVED")],
    ),
    "a state of an asset that is gone": (
        lambda it: rows(it, SEARCH)["properties"]["lifecycleStatus"]["properties"]["state"]["enum"].remove("BINNED"),
        ["breaks word GET assets answer result.lifecycleStatus.state: BINNED | none of them"],
    ),
    "a job that ends in words that we accept": (
        lambda it: answer(it, MOVES + "/{id}")["properties"]["type"].update(enum=["IN_PROGRESS", "SUCCEEDED", "ERROR"]), [],
    ),
    "a job that may stand in a way that nobody told us of": (
        lambda it: answer(it, MOVES + "/{id}")["properties"]["type"]["enum"].append("PAUSED"),
        ["breaks word GET asset-lifecycle-transition-batch-jobs answer type: CANCELLED"],
    ),
    "a job's result as lists": (job_as_lists, []),
    "rows without an envelope": (bare_rows, []),
    "a download type that we did not think of": (
        lambda it: rows(it, "/asset-download-event-searches")["properties"]["downloadType"].update(enum=["FULL"]),
        ["note word POST asset-download-event-searches answer results[].result.downloadType: such as ORIGINAL | FULL"],
    ),
    "a permission by another name": (
        lambda it: answer(it, "/current-user")["properties"]["permittedActions"]["items"]["properties"]["action"].update(
            enum=["MAKE_ASSETS"]
        ),
        ["breaks word GET current-user answer permittedActions[].action: CREATE_ASSETS | none of them, but MAKE_ASSETS"],
    ),
    "tokens bought elsewhere": (
        lambda it: it["components"]["securitySchemes"].update(
            bearerToken={"type": "oauth2", "flows": {"authorizationCode": {"tokenUrl": "https://id.dash.app/token"}}}
        ),
        ["breaks sign-in tokens: https://login.dash.app/oauth/token | https://id.dash.app/token"],
    ),
    "a login that is not in the file": (
        lambda it: it["paths"].pop("/oauth/token"),
        ["note untold POST oauth/token: at https://login.dash.app | nothing of this host"],
    ),
    "an upload under names that are understood": (
        lambda it: [rename(answer(it, "/asset-uploads")["properties"]["result"], "parts", "partUrls")],
        ["note renamed POST asset-uploads answer result.parts"],
    ),
    "an asset whose file may be null": (
        lambda it: rows(it, SEARCH)["properties"].update(
            currentAssetFile={"anyOf": [rows(it, SEARCH)["properties"]["currentAssetFile"], {"type": "null"}]}
        ), [],
    ),
    "a checksum that is gone": (
        lambda it: drop(rows(it, SEARCH)["properties"]["currentAssetFile"], "checksum"),
        ["weakens member POST asset-searches answer results[].result.currentAssetFile.checksum"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAM)
def test_a_change_of_the_file_of_dash_is_found_and_nothing_else(agreeing, differences, name):
    change, expected = DAM[name]
    document = agreeing("dash")
    change(document)

    found = differences("dash", document)

    assert len(found) == len(expected), found
    assert all(told in seen for seen, told in zip(found, expected, strict=True)), found


def test_decisions_that_the_file_contradicts_are_named_with_both_sides(agreeing):
    document = agreeing("dash")
    schemas(document)["Selector"]["oneOf"][0]["properties"]["type"] = {"const": "BY_IDS"}
    job_as_lists(document)

    report = check_contract("dash", "openapi.json", json.dumps(document).encode())

    (selector,) = [one for one in report.settled if not one.agrees]
    assert (selector.subject, selector.decided) == (
        "selector of a batch job",
        "BY_ID (ids) or BY_CRITERION (criterion)",
    )
    assert selector.says == "BY_IDS (ids) or BY_CRITERION (criterion)"


def test_the_worst_comes_first_and_the_sentence_counts_them(agreeing):
    document = agreeing("dash-social")
    drop(answer(document, MEDIA), "source_id")
    drop(request(document, CREATE), "meta")

    report = check_contract("dash-social", "openapi.json", json.dumps(document).encode())

    assert [one.weight for one in report.differences] == [Weight.BREAKS, Weight.WEAKENS]
    assert report.breaks
    assert report.sentence.endswith("1 that break us, 1 that weaken us, 0 to note.")


def test_openapi_3_0_says_the_same_in_its_own_way(agreeing, differences):
    document = agreeing("dash-social")
    document["openapi"] = "3.0.3"
    answer(document, MEDIA)["properties"]["source_id"] = {"type": "string", "nullable": True}
    request(document, LIST)["properties"]["limit"] = {"type": "integer", "maximum": 99, "exclusiveMaximum": True}

    found = differences("dash-social", document)

    assert found == ["breaks limit PUT brands/media/v2 request limit: 99 | exclusiveMaximum 99"]
