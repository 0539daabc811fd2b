"""openapi.yaml and schema.graphql: what is committed is what is served, and it says all that a caller must know."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml
from graphql import build_schema, validate_schema
from openapi_spec_validator import validate

from api.app import create_app
from api.contract import openapi_yaml, schema_graphql
from api.errors import MEDIA_TYPE
from api.examples import EXAMPLES
from api.openapi import TAGS, operations, uses_of
from api.settings import Settings
from domain.acts import Act
from domain.person.identity import SYNTHETIC_PREFIX
from domain.person.phone import SYNTHETIC_PHONE_PREFIX, normalise_phone

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {
    *("sign_in", "exchange_token", "revoke_token", "activate_account"),
    *("list_problems", "get_live", "get_ready", "get_jwks"),
}
"""All that answers without a token."""


@cache
def app():
    return create_app(Settings(demo=True))


@cache
def served():
    return openapi_yaml()


@cache
def described():
    return json.loads(json.dumps(app().openapi()))


def every():
    return [pytest.param(path, method, told, id=told["operationId"]) for path, method, told in operations(described())]


each_operation = pytest.mark.parametrize(("path", "method", "told"), every())


def resolved(value):
    while "$ref" in value:
        found = described()
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def headers_asked(told):
    given = [resolved(parameter) for parameter in told["parameters"]]
    return {parameter["name"]: parameter["required"] for parameter in given if parameter["in"] == "header"}


# -- snapshots


def test_the_committed_openapi_is_what_is_served():
    assert (ROOT / "openapi.yaml").read_text() == served(), "run `diemtua openapi`"


def test_the_committed_graphql_schema_is_what_is_served():
    assert (ROOT / "api" / "graphql" / "schema.graphql").read_text() == schema_graphql(), "run `diemtua openapi`"


def test_the_contract_is_the_same_in_every_process():
    code = "from tests.contract.test_published_contract import *; sys.stdout.write(json.dumps(described()) + schema_graphql())"
    other = os.environ | {"PYTHONHASHSEED": "7", "DIEMTUA_IDE": "false", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=other, capture_output=True, text=True, check=True)
    assert ran.stdout == json.dumps(described()) + schema_graphql()


def test_the_yaml_reads_back_as_what_was_written_also_for_who_reads_yaml_1_2():
    text = served()
    assert yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == described()
    unquoted = re.findall(r": ([0-9][0-9.]*)$", text, re.MULTILINE)
    assert all(str(json.loads(number)) == number for number in unquoted), "a text of digits stands unquoted"


def test_the_graphql_schema_stands_on_its_own():
    assert validate_schema(build_schema(schema_graphql())) == []


# -- the description as a whole


def test_the_openapi_document_is_valid():
    validate(described())


def test_no_body_of_the_library_is_left():
    text = served()
    for word in ("HTTPValidationError", "ValidationError", "Successful Response", "HTTPBearer", "Page_"):
        assert word not in text


def test_every_name_of_an_operation_is_one_a_client_library_can_bear():
    names = [told["operationId"] for _, _, told in operations(described())]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert {"create_person", "search_persons", "amend_person", "void_person", "sign_in", "list_units"} <= set(names)
    paths = {told["operationId"]: (method, path) for path, method, told in operations(described())}
    assert paths["search_persons"] == ("post", "/v1/persons:search")


def test_every_tag_is_explained():
    used = {tag for _, _, told in operations(described()) for tag in told["tags"]}
    assert used <= set(TAGS)


# -- each operation


@each_operation
def test_an_operation_says_in_a_sentence_what_it_does(path, method, told):
    del path, method
    assert len(told["summary"]) > 5
    assert told["description"].startswith(told["summary"])


@each_operation
def test_an_operation_documents_its_success_and_its_refusals(path, method, told):
    del path, method
    good = {status: resolved(one) for status, one in told["responses"].items() if status.startswith("2")}
    assert good
    for status, one in good.items():
        schemas = [media["schema"] for media in one.get("content", {}).values()]
        assert schemas if status != "204" else not schemas
        assert all(schema for schema in schemas), "an empty schema says nothing"
    for status in ("4XX", "5XX"):
        refused = resolved(told["responses"][status])
        assert refused["content"][MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}


@each_operation
def test_an_operation_asks_for_a_token_unless_it_is_one_of_the_few(path, method, told):
    del path, method
    expected = [] if told["operationId"] in PUBLIC else [{"bearer": []}]
    assert told["security"] == expected
    assert ("401" in told["responses"]) == (told["operationId"] not in PUBLIC)


@each_operation
def test_an_operation_names_the_headers_its_use_case_reads(path, method, told):
    use, asked = uses_of(app()).get((method, path)), headers_asked(told)
    is_act = isinstance(use, Act)
    assert asked.get("If-Match", False) == (is_act and use.guarded)
    assert ("Prefer" in asked) == is_act
    assert ("Idempotency-Key" in asked) == (is_act and method == "post")
    assert {"Accept-Language", "X-Request-Id"} <= asked.keys()
    assert (told["operationId"] in PUBLIC) or {"Access-Purpose", "Acting-As"} <= asked.keys()
    if is_act and use.guarded:
        assert {"412", "428"} <= told["responses"].keys()


@each_operation
def test_an_answer_names_its_headers(path, method, told):
    use = uses_of(app()).get((method, path))
    for status, one in told["responses"].items():
        headers = resolved(one).get("headers", {})
        assert {"X-Request-Id", "Server-Timing"} <= headers.keys()
        if isinstance(use, Act) and status == "201":
            assert "Location" in headers
        if isinstance(use, Act) and status == "200":
            assert {"Idempotent-Replayed", "Preference-Applied"} <= headers.keys()


def test_single_resources_have_an_etag_and_pages_have_none():
    tagged = {
        told["operationId"]
        for _, _, told in operations(described())
        if any(
            "ETag" in resolved(one).get("headers", {}) for status, one in told["responses"].items() if status[0] == "2"
        )
    }
    assert {"get_person", "amend_person", "create_person", "get_unit", "get_user", "record_residence"} <= tagged
    assert not {"list_persons", "search_persons", "list_units", "get_me", "get_live", "get_responsibility"} & tagged


@each_operation
def test_no_parameter_of_a_url_offers_null(path, method, told):
    del path, method
    for parameter in told["parameters"]:
        assert "null" not in json.dumps(resolved(parameter)["schema"])


# -- examples


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_what_its_schema_says(name):
    schema = {"$ref": f"#/components/schemas/{name}", "components": described()["components"]}
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(EXAMPLES[name])) == []
    assert f"#/components/examples/{name}" in json.dumps(described()["paths"])


def test_every_body_that_can_be_sent_has_an_example():
    """What a reader of /docs may send with one press; bytes have none."""
    bare = [
        (method, path)
        for path, operations_ in described()["paths"].items()
        for method, one in operations_.items()
        if isinstance(one, dict) and "requestBody" in one
        for media, body in one["requestBody"]["content"].items()
        if "json" in media and not body.get("examples")
    ]
    assert bare == []


def test_no_number_in_an_example_can_be_anybodys():
    text = json.dumps(EXAMPLES)
    digits = re.findall(r'"(\d{12})"', text)
    assert digits
    assert all(number.startswith(SYNTHETIC_PREFIX) for number in digits)
    phones = [EXAMPLES["NewPhone"]["number"], EXAMPLES["NewPerson"]["phones"][0]["number"], EXAMPLES["Person"]["phone"]]
    assert all(normalise_phone(number).startswith(SYNTHETIC_PHONE_PREFIX) for number in phones)


def test_every_instant_of_a_body_or_filter_is_bounded():
    """A bare AwareDatetime lets an offset carry an instant out of the calendar: a fault in the database driver."""
    bare = [
        path.name
        for path in (ROOT / "api").rglob("*.py")
        if "AwareDatetime" in path.read_text() and path.name != "civil.py"
    ]
    assert bare == []


async def test_the_example_of_a_new_person_is_accepted_as_it_stands(world):
    told = await world.call("officer", "POST", "/v1/persons", EXAMPLES["NewPerson"])
    assert told.status_code == 201, told.text
    assert told.json()["national_id"] == EXAMPLES["Person"]["national_id"]
    found = await world.call("officer", "POST", "/v1/persons:search", EXAMPLES["PersonSearch"])
    assert [row["id"] for row in found.json()["data"]] == [EXAMPLES["NewPerson"]["id"]]
