from __future__ import annotations

import pytest

from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources.home import Home, local_path


@pytest.fixture
def folder(tmp_path):
    looks = tmp_path / "looks"
    looks.mkdir()
    (tmp_path / "private.jpg").write_bytes(b"x")
    (tmp_path / "looks-2").mkdir()
    (looks / "leads-out.jpg").symlink_to(tmp_path / "private.jpg")
    (looks / "leads-in.jpg").symlink_to(looks / "a.jpg")
    return looks


@pytest.mark.parametrize("uri", ["a.jpg", "sub/../a.jpg", "./a.jpg", "leads-in.jpg"])
def test_a_path_inside_is_located_without_links(folder, uri):
    assert Home(str(folder)).locate(uri) == str(folder / "a.jpg")


def test_an_absolute_path_inside_is_located(folder):
    assert Home(str(folder)).locate(str(folder / "a.jpg")) == str(folder / "a.jpg")


@pytest.mark.parametrize(
    "uri",
    [
        "../private.jpg",
        "sub/../../private.jpg",
        "../looks-2/a.jpg",
        "/etc/passwd",
        "leads-out.jpg",
        "file:///etc/passwd",
        "s3://bucket/a.jpg",
        "memory://a.jpg",
        "zip://a.jpg::/etc/x.zip",
    ],
)
def test_what_leads_outside_is_refused(folder, uri):
    with pytest.raises(RefusedError) as caught:
        Home(str(folder)).locate(uri)

    assert caught.value.rule is Rule.OUTSIDE_FOLDER
    assert str(folder) in caught.value.seen


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("/etc/hostname", "/etc/hostname"),
        ("file:///etc/host%6eame", "/etc/hostname"),
        ("s3://bucket/a.jpg", "s3://bucket/a.jpg"),
    ],
)
def test_a_person_may_allow_what_is_outside(folder, uri, url):
    assert Home(str(folder), allow_outside=True).locate(uri) == url


@pytest.mark.parametrize("root", ["/looks", "s3://bucket/looks", "https://cdn.example/looks"])
def test_a_public_address_may_stand_in_any_manifest(root):
    assert Home(root).locate("HTTPS://cdn.example/a.jpg?w=1") == "https://cdn.example/a.jpg?w=1"


def test_an_unencrypted_address_is_refused_with_a_sentence():
    with pytest.raises(RefusedError, match="not encrypted"):
        Home("/looks").locate("http://cdn.example/a.jpg")


def test_an_address_with_credentials_is_refused_and_does_not_show_them():
    with pytest.raises(RefusedError, match="username or password") as caught:
        Home("/looks").locate("https://ana:secret@cdn.example/a.jpg?sig=topsecret")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("uri", ["https://", "https:///a.jpg", "https://[half/a.jpg"])
def test_an_address_without_a_host_is_refused(uri):
    with pytest.raises(RefusedError, match="names no host"):
        Home("/looks").locate(uri)


@pytest.mark.parametrize(
    ("root", "uri", "url"),
    [
        ("s3://bucket/looks", "sub/a.jpg", "s3://bucket/looks/sub/a.jpg"),
        ("s3://bucket/looks", "s3://bucket/looks/a.jpg", "s3://bucket/looks/a.jpg"),
        ("memory://", "a.jpg", "memory://a.jpg"),
        ("https://cdn.example/looks", "sub/a.jpg", "https://cdn.example/looks/sub/a.jpg"),
    ],
)
def test_a_path_beside_a_remote_manifest_is_located(root, uri, url):
    assert Home(root).locate(uri) == url


@pytest.mark.parametrize(
    "uri",
    [
        "../a.jpg",
        "/a.jpg",
        "sub/../../a.jpg",
        "s3://other/looks/a.jpg",
        "s3://bucket/looks/../a.jpg",
        "file:///etc/passwd",
        "x::file:///etc/passwd",
        "x::/etc/passwd",
    ],
)
def test_what_leads_outside_a_remote_folder_is_refused(uri):
    with pytest.raises(RefusedError) as caught:
        Home("s3://bucket/looks").locate(uri)

    assert caught.value.rule is Rule.OUTSIDE_FOLDER


def test_a_path_that_climbs_out_of_a_whole_storage_is_refused():
    with pytest.raises(RefusedError):
        Home("memory://").locate("../a.jpg")


@pytest.mark.parametrize(
    ("uri", "url"),
    [("file:///tmp/a.jpg", "/tmp/a.jpg"), ("gs://other/a.jpg", "gs://other/a.jpg"), ("../a.jpg", "s3://bucket/a.jpg")],
)
def test_a_person_may_allow_what_is_outside_a_remote_folder(uri, url):
    assert Home("s3://bucket/looks", allow_outside=True).locate(uri) == url


def test_a_chained_address_is_refused_even_then():
    with pytest.raises(RefusedError):
        Home("s3://bucket/looks", allow_outside=True).locate("x::file:///etc/passwd")


def test_the_root_of_the_disk_contains_every_path():
    assert Home("/").contains("/etc/hostname")


def test_a_path_is_its_own_local_path():
    assert local_path("/a b.jpg") == "/a b.jpg"
