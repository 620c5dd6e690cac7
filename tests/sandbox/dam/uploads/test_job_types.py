import pytest

MIB = 1024 * 1024
ITEM = {"path": "/a.jpg", "size": 10}


def test_a_job_makes_staged_assets_without_a_file_in_the_folder_of_their_path(sandbox, dam, uploading, content):
    upload = uploading.new(content, "/UGC/2031-02/look.jpg")

    asset = dam.result(f"/assets/{upload['assetId']}")
    values = asset["metadata"]["values"][dam.result("/folder-settings")["fieldId"]]
    folder, above = dam.result(f"/field-options/{values[-1]}"), dam.result(f"/field-options/{values[0]}")

    assert asset["lifecycleStatus"]["state"] == "STAGED"
    assert asset["lifecycleStatus"]["stagedBy"] == dam.result("/current-user")["id"]
    assert asset["currentAssetFile"] is None
    assert (above["value"], folder["value"], folder["parent"]["id"]) == ("UGC", "2031-02", above["id"])
    assert sandbox.ask("state")["assets"]["STAGED"] > 0


def test_a_folder_that_does_not_exist_is_made_once(dam, uploading):
    item = {"path": "/Never/Seen here/ä ß.jpg", "size": 10}

    done = uploading.job(item, item, {"path": "/top.jpg", "size": 10})["successes"]

    folders = dam.result("/folder-settings")["fieldId"]
    first, second, top = (
        dam.result(f"/assets/{done[f'row-{n}']['result']['assetId']}")["metadata"]["values"] for n in range(3)
    )
    assert first == second
    assert (len(first[folders]), top) == (2, {})


def test_items_that_break_a_rule_fail_alone_and_make_no_asset(sandbox, uploading):
    before = sum(sandbox.ask("state")["assets"].values())
    wrong = [
        {"size": 0},
        {"path": "a.jpg"},
        {"partUrlsRequest": {"urlRequests": [{"partNumber": 2}]}},
        {"partUrlsRequest": {"uploadId": "x", "urlRequests": []}},
    ]

    result = uploading.job(*(ITEM | change for change in wrong), ITEM)

    assert [one["message"] for one in result["failures"].values()] == [
        "size is 0; a file has at least 1 byte.",
        "path is 'a.jpg'; it has to begin with a slash.",
        "There is no part 2: the upload has 1.",
        "There is no upload 'x'.",
    ]
    assert list(result["successes"]) == ["row-4"]
    assert sum(sandbox.ask("state")["assets"].values()) == before + 1


@pytest.mark.parametrize(
    "items",
    [
        [{"path": "/a.jpg"}],
        [ITEM | {"partsize": 6_000_000}],
        [ITEM | {"size": "many"}],
        [ITEM | {"partUrlsRequest": {"urlRequests": [{"partNumber": 1, "contentMd5": "abc"}]}}],
        [ITEM | {"batchItemId": "same"}, ITEM | {"batchItemId": "same"}],
    ],
)
def test_a_body_that_cannot_be_read_makes_no_job(sandbox, uploading, items):
    answer = uploading.submit(*items)

    assert answer.status_code == 400
    assert sandbox.ask("jobs") == []


def test_only_the_urls_that_are_asked_for_come(uploading):
    wanted = {"urlRequests": [{"partNumber": 3}, {"partNumber": 1}]}

    upload = uploading.job({"path": "/a.mp4", "size": 40 * MIB, "partUrlsRequest": wanted})["successes"]["row-0"][
        "result"
    ]

    assert [part["partNumber"] for part in upload["parts"]] == [3, 1]


def test_a_version_job_opens_uploads_for_assets_that_are_there(uploading, content):
    asset_id = uploading.upload(content)["assetId"]
    item = {"assetId": asset_id, "path": "/look 2.jpg", "size": 3, "assetFileId": None}

    result = uploading.job(item, item | {"assetId": "gone"}, item | {"assetFileId": "gone"}, kind="asset-upload")

    assert result["successes"]["row-0"]["result"]["assetId"] == asset_id
    assert "no asset 'gone'" in result["failures"]["row-1"]["message"]
    assert "has no file 'gone'" in result["failures"]["row-2"]["message"]


def test_who_may_not_create_assets_may_not_upload(sandbox, dam, uploading, content):
    upload = uploading.new(content)
    sandbox.tell("taken_permissions", [{"resourceType": "ASSETS", "action": "CREATE_ASSETS"}])

    assert uploading.submit(ITEM).status_code == 403
    assert uploading.version(upload["assetId"], content).status_code == 403
