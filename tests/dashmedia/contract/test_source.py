"""Where the file may come from, and what is refused before it is read."""

import pytest

from dashmedia.contract.source import read_contract_file, shown
from dashmedia.errors import ContractFileError


def test_a_file_is_read_by_its_path_or_url(tmp_path):
    (tmp_path / "openapi.yaml").write_bytes(b"openapi: 3.1.0")

    found = [read_contract_file(f"{scheme}{tmp_path}/openapi.yaml") for scheme in ("", "file://")]

    assert found == [b"openapi: 3.1.0"] * 2


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    (tmp_path / "openapi.yaml").write_bytes(b"x" * 2_000)

    with pytest.raises(ContractFileError, match="more than 1,000 bytes"):
        read_contract_file(str(tmp_path / "openapi.yaml"), 1_000)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("nowhere/openapi.yaml", "it cannot be read: No such file or directory"),
        ("http://docs.example/openapi.yaml", "http:// is not encrypted"),
        ("https://127.0.0.1:1/openapi.yaml", "it cannot be fetched"),
        ("teleport://docs/openapi.yaml", "it cannot be read"),
    ],
)
def test_what_cannot_be_had_is_named_with_the_reason(source, reason):
    with pytest.raises(ContractFileError, match=reason):
        read_contract_file(source)


def test_the_address_is_shown_without_what_may_be_a_secret():
    assert (
        shown("https://kim:secret@docs.example/a@b/openapi.yaml?sig=secret#x")
        == "https://docs.example/a@b/openapi.yaml"
    )
