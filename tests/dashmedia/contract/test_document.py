"""What is no OpenAPI file is refused by name; what is one may be written in more ways than one."""

import json

import pytest

from dashmedia.contract.document import parse_document
from dashmedia.errors import ContractFileError

HEAD = {"openapi": "3.1.0", "info": {"title": "An API", "version": "7"}}


def as_json(**members):
    return json.dumps(HEAD | {"paths": {}} | members).encode()


BAD = {
    "a web page": (b"<!DOCTYPE html><html><title>Docs</title></html>", "is a web page"),
    "nothing": (b"  \n", "it is empty"),
    "bytes": (b"\x89PNG\xff\xfe", "is not text in UTF-8"),
    "prose": (b"The API is described elsewhere.", "it is not OpenAPI: a single value"),
    "a list": (b"[1, 2]", "it is not OpenAPI: a list"),
    "something else in JSON": (b'{"name": "dashmedia", "version": 1}', "no member `openapi`, but name, version"),
    "Swagger 2.0": (b'{"swagger": "2.0", "paths": {}}', "it is Swagger 2.0; convert it to OpenAPI 3 first"),
    "a version to come": (b'{"openapi": "4.0.0", "paths": {}}', "it is OpenAPI 4.0.0; 3.0 and 3.1 are understood"),
    "no paths": (b"openapi: 3.0.3\ninfo: {}\n", "it has no `paths`"),
    "JSON that is cut off": (b'{"openapi": "3.1.0", "paths": {', "neither JSON nor YAML"),
    "YAML that makes no sense": (b"openapi: [3.1\npaths: }", "neither JSON nor YAML"),
    "a class in YAML": (b"openapi: !!python/object:os.system x\n", "neither JSON nor YAML"),
    "a deep nest": (b"[" * 5_000, "neither JSON nor YAML"),
    "a reference to nothing": (
        as_json(components={"schemas": {"A": {"$ref": "#/components/schemas/B"}}}), "#/components/schemas/B leads to nothing",
    ),
    "a reference to another file": (
        as_json(components={"schemas": {"A": {"$ref": "./b.yaml#/B"}}}), "./b.yaml#/B points to another file; bundle",
    ),
    "a circle of references": (
        as_json(components={"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}}),
        "is a circle of references",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_compared_is_refused_with_the_reason(name):
    content, reason = BAD[name]

    with pytest.raises(ContractFileError) as refused:
        parse_document("vendor.yaml", content)

    assert reason in str(refused.value)
    assert str(refused.value).startswith("vendor.yaml cannot be compared: ")


def test_a_small_file_that_would_unfold_to_a_large_one_is_read_as_it_is():
    steps = "\n".join(f"x{at}: &x{at} [{', '.join([f'*x{at - 1}'] * 10)}]" for at in range(1, 30))

    document = parse_document("bomb.yaml", f"openapi: 3.1.0\npaths: {{}}\nx0: &x0 [a]\n{steps}\n".encode())

    assert document.operations == ()


def test_yaml_is_read_as_json_has_it():
    text = b"openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        200: {x: [no, on, 2031-02-17, true]}\n"

    (operation,) = parse_document("vendor.yaml", text).operations

    assert operation.raw["responses"] == {"200": {"x": ["no", "on", "2031-02-17", True]}}


def test_a_path_may_stand_behind_a_reference_with_escapes():
    item = {"get": {"responses": {}}}
    content = as_json(
        paths={"/a": {"$ref": "#/components/pathItems/x~1y%20z"}}, components={"pathItems": {"x/y z": item}}
    )

    (operation,) = parse_document("vendor.json", content).operations

    assert (operation.method, operation.path) == ("GET", "/a")


def test_an_example_that_looks_like_a_reference_is_none():
    document = parse_document("vendor.json", as_json(components={"examples": {"a": {"example": {"$ref": "nowhere"}}}}))

    assert document.title == "An API 7"
