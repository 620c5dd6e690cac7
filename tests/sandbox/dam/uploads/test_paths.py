import pytest

from sandbox.dam.jobs.job_type import ItemRefusedError
from sandbox.dam.uploads.paths import FilePath, media_type


@pytest.mark.parametrize(
    ("path", "folders", "filename"),
    [
        ("/a.jpg", (), "a.jpg"),
        ("/UGC/2031-02/a b?#%2F.jpg", ("UGC", "2031-02"), "a b?#%2F.jpg"),
        ("/", (), "untitled"),
    ],
)
def test_a_path_is_folders_and_a_filename(path, folders, filename):
    assert FilePath.parse(path) == (folders, filename)


@pytest.mark.parametrize("path", ["", "a.jpg", "UGC/a.jpg", "/a//b.jpg", "/a/", "//"])
def test_a_path_without_a_beginning_or_with_a_nameless_member_is_refused(path):
    with pytest.raises(ItemRefusedError, match="path is"):
        FilePath.parse(path)


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("a.JPG", ("IMAGE", "image/jpeg")),
        ("a.mp4", ("VIDEO", "video/mp4")),
        ("a.mp3", ("AUDIO", "audio/mpeg")),
        ("a.pdf", ("DOCUMENT", "application/pdf")),
        ("a", ("DOCUMENT", "application/octet-stream")),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_name(filename, expected):
    assert media_type(filename) == expected
