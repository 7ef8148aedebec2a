"""Which documented status which request may get, and how the bodies of each are judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue
from contracts.http.probe import Credential
from contracts.judging.expectation import Documented
from contracts.judging.judge import Judge
from tests.document.lint import lint
from tests.judging.exchanges import answer, exchange
from tests.support import ROOT

BASE = ROOT / "contracts" / "common" / "base.toml"
PROBLEM = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
OPERATION = {"document": "api.json", "path": "/things", "method": "get"}

Judges = Callable[..., Judge]


def response(schema: str | None = None, media_type: str = "application/json") -> dict[str, Any]:
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "as it says"} | ({"content": content} if schema else {})


@pytest.fixture
def judges(tmp_path: Path) -> Judges:
    """Makes the judge of an operation that documents these responses beside its 200."""

    def make(**responses: dict[str, Any]) -> Judge:
        named = {key.lstrip("_"): each for key, each in responses.items()}
        document = {
            "openapi": "3.0.0",
            "info": {"title": "Things", "version": "1"},
            "paths": {"/things": {"get": {"responses": {"200": response("Thing")} | named}}},
            "components": {"schemas": {"Thing": {"type": "object"}, "Problem": PROBLEM}},
        }
        (tmp_path / "api.json").write_text(json.dumps(document), "utf-8")
        lines = [f"{name} = {json.dumps(value)}" for name, value in OPERATION.items()]
        path = tmp_path / "requirements.toml"
        path.write_text("\n".join([f'extends = "{BASE}"', "[operation]", *lines]), "utf-8")
        return Judge(Catalogue.load(path))

    return make


def broken(judge: Judge, status: int, body: object = None, *fields: str, **how: Any) -> set[str]:
    """The MUSTs that an answer breaks."""
    requirements = judge.catalogue.requirements
    found = judge.judge(exchange(answer(status, body, *fields), **how)).findings
    return {each.requirement for each in found if requirements[each.requirement].level == "MUST"}


GOOD, BAD = {"title": "no"}, {"message": "no"}
ODD = {"query": b"a=1"}


@pytest.mark.parametrize(
    ("keys", "refusal", "invalid", "rejected"),
    [
        (("401", "422"), {401}, {422}, {422}),
        (("401", "400", "404", "409"), {401}, {400}, {400, 404, 409}),
        (("401", "403", "404"), {401, 403}, set(), {403, 404}),
        (("403",), {403}, set(), {403}),
        ((), {401, 403}, set(), set()),
        (("4XX",), {401, 403}, {400, 422}, set(range(400, 500)) - {401, 407, 408, 429}),
        (("401", "default"), {401}, {400, 422}, set(range(400, 500)) - {401, 407, 408, 429}),
    ],
)
def test_the_document_says_which_status_is_for_what(
    judges: Judges, keys: tuple[str, ...], refusal: set[int], invalid: set[int], rejected: set[int]
) -> None:
    judge = judges(**{f"_{key}": response("Problem") for key in keys})
    stated = Documented.of(judge.catalogue.operation)
    assert (stated.success, stated.refusal) == ({200}, refusal)
    assert (stated.invalid, stated.rejected) == (invalid, rejected)


def test_a_documented_status_answers_a_broken_query(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _400=response("Problem"), _404=response("Problem"))
    assert broken(judge, 400, GOOD, **ODD) == set()
    assert broken(judge, 404, GOOD, **ODD) == set()
    assert broken(judge, 422, GOOD, **ODD) == {"status-is-documented"}
    assert broken(judge, 404, GOOD) == {"valid-key-gets-200"}
    assert broken(judge, 404, GOOD, fields=[(b"X-Odd", b"1")]) == {"status-is-documented"}
    assert broken(judge, 400, GOOD, fields=[(b"X-Odd", b"1")]) == set()


def test_who_has_no_key_is_not_told_what_there_is(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _400=response("Problem"), _404=response("Problem"))
    assert broken(judge, 404, GOOD, recipe="absent", **ODD) == {"refusal-is-401"}
    assert broken(judge, 404, GOOD, recipe="absent") == {"refusal-is-401"}
    assert broken(judge, 400, GOOD, recipe="absent", **ODD) == set()
    assert broken(judge, 400, GOOD, recipe="absent") == {"refusal-is-401"}


@pytest.mark.parametrize("key", ["404", "4XX", "default"])
@pytest.mark.parametrize("media_type", ["application/json", "application/problem+json"])
def test_each_status_is_judged_by_its_schema(judges: Judges, key: str, media_type: str) -> None:
    judge = judges(_401=response("Problem"), **{f"_{key}": response("Problem", media_type)})
    assert lint(judge.catalogue) == []
    name, field = f"status-{key.lower()}-schema", f"Content-Type: {media_type}"
    requirement = judge.catalogue.requirements[name]
    assert requirement.server_dependent
    assert requirement.quote == "#/components/schemas/Problem"
    assert requirement.sentence.endswith("is a valid Problem.")
    assert broken(judge, 404, GOOD, field, **ODD) == set()
    assert broken(judge, 404, BAD, field, **ODD) == {name}
    assert broken(judge, 404, GOOD, "Content-Type: text/html", **ODD) == {"content-type-is-json"}
    other = {"authentication-error-schema"}
    assert broken(judge, 401, BAD, recipe="absent") == other


def test_what_is_stated_for_a_status_goes_before_what_is_for_many(judges: Judges) -> None:
    judge = judges(_4XX=response("Problem"))
    assert broken(judge, 401, BAD, recipe="absent") == {"authentication-error-schema"}
    sentence = judge.catalogue.requirements["authentication-error-schema"].sentence
    assert sentence == "A 401 body is a valid Problem."


def test_a_response_without_content_says_nothing_about_a_body(judges: Judges) -> None:
    judge = judges(_401=response(), _404=response())
    assert not any("schema_of" in each for each in judge.catalogue.requirements)
    assert broken(judge, 404, b"".decode() or None, **ODD) == set()
    assert broken(judge, 404, "gone", "Content-Type: text/plain", **ODD) == set()
    assert broken(judge, 401, None, recipe="absent") == set()


def test_a_documented_text_is_no_json(judges: Judges) -> None:
    content = {"text/plain": {"schema": {"type": "string"}}}
    judge = judges(_401=response("Problem"), _404={"description": "", "content": content})
    text = answer(404, None, "Content-Type: text/plain", content=b"{not found")
    assert judge.judge(exchange(text, **ODD)).findings == ()
    assert broken(judge, 404, GOOD, **ODD) == {"content-type-is-json"}


def test_a_media_type_range_is_kept_by_what_it_covers(judges: Judges) -> None:
    judge = judges(_401=response("Problem", "application/*"))
    field = "Content-Type: application/vnd.api+json; charset=utf-8"
    assert broken(judge, 401, GOOD, field, recipe="absent") == set()
    assert broken(judge, 401, BAD, field, recipe="absent") == {"authentication-error-schema"}


def test_a_documented_server_error_is_a_failure_and_has_a_shape(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _500=response("Problem"))
    assert broken(judge, 500, GOOD) == {"no-server-error"}
    assert broken(judge, 500, BAD) == {"no-server-error", "status-500-schema"}
    assert broken(judge, 500, BAD, recipe="absent") == {"no-server-error", "status-500-schema"}


def test_a_limiter_s_own_page_is_none_of_the_document(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _429=response("Problem"))
    found = [
        [each.requirement for each in judge.judge_troubles([exchange(answer(429, body, *fields))])]
        for body, *fields in ((GOOD,), (BAD,), ("slow", "Content-Type: text/html"))
    ]
    assert found == [[], ["status-429-schema"], []]
    silent = judges(_401=response("Problem"), default=response("Problem"))
    assert silent.judge_troubles([exchange(answer(429, BAD))]) == []


def test_a_proxy_may_refuse_in_html_what_http_lets_it_refuse(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _400=response("Problem"))
    oversized = {"fields": [(b"X-Long", b"a" * 9000)]}
    assert broken(judge, 400, "no", "Content-Type: text/html", **oversized) == set()
    assert broken(judge, 400, BAD, **oversized) == {"status-400-schema"}


def test_a_documented_403_answers_a_wrong_key(judges: Judges) -> None:
    judge = judges(_401=response("Problem"), _403=response("Problem"))
    assert broken(judge, 403, GOOD, recipe="random-key-1", credential=Credential.WRONG) == set()
    assert broken(judge, 403, GOOD) == {"valid-key-gets-200"}
    assert broken(judge, 403, GOOD, **ODD) == set()
    narrow = judges(_401=response("Problem"))
    assert broken(narrow, 403, GOOD, recipe="absent") == {"refusal-is-401"}
