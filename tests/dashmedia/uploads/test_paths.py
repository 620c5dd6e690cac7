from __future__ import annotations

import json

import pytest

from dashmedia.errors import SettingsError
from dashmedia.uploads.paths import safe_name, upload_path


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("look 1.jpg", "look 1.jpg"), ("a/b.jpg", "a_b.jpg"), ("../../etc/passwd", ".._.._etc_passwd"), ("..", "_.."),
        (".", "_."), (".hidden.jpg", ".hidden.jpg"), ("nul\0.jpg", "nul_.jpg"), ("line\nbreak.jpg", "line_break.jpg"),
        ('say "hi".jpg', 'say "hi".jpg'), ("it's.jpg", "it's.jpg"), ("añ日👩‍👧.jpg", "añ日👩‍👧.jpg"),
        ("\udcff.jpg", "_.jpg"), ("", "_"), ("x" * 255, "x" * 255), ("back\\slash.jpg", "back\\slash.jpg"),
    ],
)  # fmt: skip
def test_a_name_never_leads_elsewhere_and_can_be_written_as_json(name, kept):
    path = upload_path("/UGC/2031-02", name)

    assert safe_name(name) == kept
    assert path.split("/") == ["", "UGC", "2031-02", kept]
    assert json.loads(json.dumps(path, ensure_ascii=False).encode()) == path


@pytest.mark.parametrize(
    ("folder", "path"),
    [("/", "/a.jpg"), ("", "/a.jpg"), ("UGC", "/UGC/a.jpg"), ("/UGC/", "/UGC/a.jpg"), ("/A b/ü", "/A b/ü/a.jpg")],
)
def test_a_folder_may_be_written_with_or_without_its_outer_slashes(folder, path):
    assert upload_path(folder, "a.jpg") == path


@pytest.mark.parametrize("folder", ["/a//b", "/a/../b", "/./a", "/a\0", "/a/ b", "/" + "x" * 300])
def test_a_folder_that_would_lead_elsewhere_is_refused_with_what_to_write(folder):
    with pytest.raises(SettingsError, match="such as /UGC/2031-02"):
        upload_path(folder, "a.jpg")
