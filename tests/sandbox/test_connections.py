import contextlib
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest

BUDGET_S = 120


@pytest.fixture
def leave(sandbox):
    """Sends the head and the first bytes of a request, then cuts the connection, as a client does that is killed."""

    def leave(method, url):
        to = urlsplit(url)
        token = sandbox.env["DASH_API_TOKEN" if to.path.startswith("/dam") else "DASH_SOCIAL_TOKEN"]
        is_storage = bool(to.query)
        head = [
            f"{method} {to.path}?{to.query} HTTP/1.1", f"Host: {to.netloc}", "Content-Length: 100000",
            "Content-Type: image/jpeg" if is_storage else "Content-Type: application/json",
            *([] if is_storage else [f"Authorization: Bearer {token}"]), "", "",
        ]  # fmt: skip
        with contextlib.closing(socket.create_connection((to.hostname, to.port))) as connection:
            connection.sendall("\r\n".join(head).encode() + b"{" * 500)
            wait_for(sandbox, lambda state: state["concurrency"]["now"])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, as by a kill

    return leave


def wait_for(sandbox, has_come):
    give_up_at = time.monotonic() + BUDGET_S
    while not has_come(state := sandbox.ask("state")):
        assert time.monotonic() < give_up_at, state
        time.sleep(0.01)
    return state


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/brands/4242/media", "create_media"),
        ("POST", "/dam/asset-searches", "search_assets"),
        ("POST", "/dam/asset-metadata-edit-batch-jobs", "submit_edit_job"),
    ],
)
def test_a_client_that_goes_away_in_the_middle_of_a_request_is_no_error_of_the_server(
    sandbox, leave, method, path, name
):
    leave(method, sandbox.api_url + path)
    state = wait_for(sandbox, lambda state: not state["concurrency"]["now"])

    assert state["answers"] == {f"{name} 499": 1}


def test_an_upload_that_is_cut_is_no_error_of_the_server_and_leaves_no_object(sandbox, dash, leave):
    sandbox.tell("variant", {"storage": "front"})
    url = dash.upload_url().json()["url"]
    sandbox.forget("requests")

    leave("PUT", url)
    state = wait_for(sandbox, lambda state: not state["concurrency"]["now"])

    assert state["answers"] == {"put_object 499": 1}
    assert state["objects"] == 0
