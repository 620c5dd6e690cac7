"""The path under which an original is handed to Dash: its folders, then a file name that makes no further folder."""

from __future__ import annotations

from unicodedata import category

from dashmedia.ledger.destinations import folder_names


def upload_path(folder: str, filename: str) -> str:
    """`/UGC/2031-02/look.jpg` for a folder path and a file name.

    Raises:
        SettingsError: the folder cannot be one.
    """
    return "/" + "/".join((*folder_names(folder), safe_name(filename)))


def safe_name(filename: str) -> str:
    """The name as it may end a path: what would lead elsewhere, or cannot be written as JSON, becomes `_`.

    Slashes and control characters are replaced, bytes that are no UTF-8 too; `.` and `..` get a `_` before them. All else
    stays, spaces and quotes included.
    """
    name = "".join("_" if each == "/" or category(each) in {"Cc", "Cs"} else each for each in filename)
    return f"_{name}" if name.strip() in {"", ".", ".."} else name
