"""The catalogue: loaded, inherited, linted; unusable ones refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.document.requirements import Level, Requirement
from tests.document.lint import lint

BILLING = Path(__file__).parents[2] / "contracts" / "billing" / "requirements.toml"

DOCUMENT = """
openapi: 3.0.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    get:
      summary: List orders
      responses:
        '200':
          description: The orders
          content: {application/json: {schema: {type: array, items: {type: string}}}}
        '401': {description: Authentication Failed}
"""
OPERATION = """
[operation]
document = "orders.yaml"
path = "/orders"
method = "get"
"""
SOUND = """
[requirement.orders-are-listed]
level = "MUST"
sentence = "A 200 body lists orders."
pointer = "@operation/responses/200/description"
quote = "The orders"
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "orders.yaml").write_text(DOCUMENT)

    def to_file(text: str, name: str = "requirements.toml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return to_file


def test_the_billing_catalogue_is_sound():
    catalogue = Catalogue.load(BILLING)
    assert lint(catalogue) == []
    assert catalogue.operation.path == "/api/v1/billing/balance"
    by_schema = {r.schema_of for r in catalogue.requirements.values() if r.schema_of}
    assert by_schema == {str(status) for status in catalogue.operation.statuses}
    assert [r.id for r in catalogue.requirements.values() if r.server_dependent]
    assert list(catalogue.requirements) == [r.id for r in catalogue.requirements.values()]


def test_a_requirement_knows_its_source(write: Write):
    text = OPERATION + SOUND + '[requirement.x]\nlevel = "SHOULD"\nsentence = "X."\nrfc = '
    requirements = Catalogue.load(write(text + '"RFC 9110 §15.3.7.1"')).requirements
    assert requirements["orders-are-listed"] == Requirement(
        id="orders-are-listed",
        level=Level.MUST,
        sentence="A 200 body lists orders.",
        source="/paths/~1orders/get/responses/200/description",
        quote="The orders",
    )
    assert requirements["orders-are-listed"].source_url is None
    assert requirements["orders-are-listed"].pointer
    assert requirements["x"].level is Level.SHOULD
    assert requirements["x"].pointer is None
    assert requirements["x"].source_url == (
        "https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7.1"
    )
    appendix = Catalogue.load(write(text + '"RFC 9112 §A.1"')).requirements["x"]
    assert appendix.source_url == "https://www.rfc-editor.org/rfc/rfc9112#appendix-A.1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ": operation: expected a table, found nothing."),
        ("operation = 1", ": operation: expected a table, found 1."),
        ("[operation]\npath = ''\n", "[operation] document: expected a string, found nothing."),
        (
            OPERATION + "host = 'x'",
            "[operation] host: expected one of document, path",
        ),
        (OPERATION.replace("orders.yaml", "none.yaml"), "none.yaml: cannot be read (No such file"),
        (OPERATION.replace('"/orders"', '"/order"'), "expected the path /order"),
        ("requirements = 1", ": requirements: expected one of extends, operation, requirement."),
        (OPERATION + "[requirement]\nx = 1", "requirement.x: expected a table."),
        (OPERATION + SOUND + "rfc = 'RFC 1 §1'", "expected exactly one of pointer and rfc."),
        (OPERATION + SOUND.replace("pointer", "#"), "expected exactly one of pointer and rfc."),
        (OPERATION + SOUND.replace("MUST", "MAY"), "level: expected MUST or SHOULD, found 'MAY'."),
        (OPERATION + SOUND.replace("level", "#"), "level: expected a string, found nothing."),
        (OPERATION + SOUND.replace("sentence", "#"), "sentence: expected a string, found nothing."),
        (
            OPERATION + SOUND + "server_dependent = 'yes'",
            'expected true or false, found "yes".',
        ),
        (
            OPERATION + SOUND + "server_dependent = true\nby_luck = true",
            "by_luck: the older name of server_dependent, expected one of the two, found both.",
        ),
        (OPERATION + SOUND + "schema_of = 200", "schema_of: expected a string, found 200."),
        (OPERATION + SOUND + "lvl = 1", "[requirement.orders-are-listed] lvl: expected one of"),
        (OPERATION + SOUND + SOUND, "expected TOML: "),
        ("extends = 'none.toml'\n" + OPERATION, "none.toml: cannot be read"),
        ("extends = 'requirements.toml'\n" + OPERATION, "extends: expected another catalogue"),
        ("extends = 3\n" + OPERATION, "extends: expected a string, found 3."),
    ],
)
def test_an_unusable_catalogue_is_refused_in_one_sentence(write: Write, text: str, words: str):
    path = write(text)
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(path)
    assert words in str(caught.value)
    assert str(path.parent) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_by_luck_is_the_older_name_of_server_dependent(write: Write):
    older = Catalogue.load(write(OPERATION + SOUND + "by_luck = true", "older.toml"))
    newer = Catalogue.load(write(OPERATION + SOUND + "server_dependent = true"))
    assert older.requirements == newer.requirements
    assert newer.requirements["orders-are-listed"].server_dependent
    override = "[requirement]\norders-are-listed.server_dependent = false"
    path = write("extends = 'older.toml'\n" + OPERATION + override, "child.toml")
    assert not Catalogue.load(path).requirements["orders-are-listed"].server_dependent


def test_a_document_that_cannot_be_judged_by_is_refused_before_anything_is_sent(write: Write):
    path = write(OPERATION + SOUND)
    (path.parent / "orders.yaml").write_text(DOCUMENT.replace("type: string", "type: text"))
    with pytest.raises(CatalogueError, match="expected a type of OpenAPI"):
        Catalogue.load(path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("orders-are-listed", "Orders_listed", "the id is no slug"),
        ("A 200 body", "a 200 body", "does not begin with a capital"),
        ("lists orders.", "lists orders", "not exactly one, with a full stop"),
        ("lists orders.", "lists. It has orders.", "not exactly one, with a full stop"),
        ("lists orders.", "must list orders.", "must or should"),
        ("lists orders.", "lists " + "very " * 30 + "many orders.", "more than 160"),
        ("The orders", "the orders", "quote: 'the orders' does not stand at"),
        ("200/description", "200/descriptions", "pointer: "),
        ("200/description", "201", "pointer: "),
        ('pointer = "@operation/responses/200/description"', 'rfc = "RFC9110 15"', "is not like"),
        ("level", 'schema_of = "422"\nlevel', "the document describes no body for 422"),
        ("level", 'schema_of = "401"\nlevel', "the document describes no body for 401"),
    ],
)
def test_lint_finds(write: Write, old: str, new: str, complaint: str):
    assert lint(Catalogue.load(write(OPERATION + SOUND))) == []
    (found,) = lint(Catalogue.load(write(OPERATION + SOUND.replace(old, new))))
    assert complaint in found
    assert "requirements.toml: [requirement." in found


def test_lint_finds_a_sentence_that_stands_twice(write: Write):
    twin = SOUND.replace("orders-are-listed", "orders-again")
    (found,) = lint(Catalogue.load(write(OPERATION + SOUND + twin)))
    assert "the sentence is that of orders-are-listed" in found


def test_a_quote_may_stand_anywhere_under_its_pointer(write: Write):
    wider = SOUND.replace("/200/description", "/200")
    assert lint(Catalogue.load(write(OPERATION + wider))) == []


def test_another_operation_takes_over_the_requirements_of_billing(write: Write):
    own = """
[requirement.valid-key-gets-200]
quote = "The orders"

[requirement.balance-response-schema]
sentence = "A 200 body is a list of orders."

[requirement.no-stack-trace]
level = "MUST"
rfc = "RFC 9110 §17"

[requirement.orders-are-sorted]
level = "SHOULD"
sentence = "Orders are sorted."
pointer = "@operation/summary"
"""
    catalogue = Catalogue.load(write(f"extends = '{BILLING}'\n" + OPERATION + own))
    billing = Catalogue.load(BILLING)
    found = catalogue.requirements
    assert lint(catalogue) == []
    assert set(billing.requirements) - set(found) == {
        "authentication-error-schema",  # the new document describes no such bodies
        "validate-error-schema",
        "integers-have-no-fraction",  # nor a number
        "number-formats-hold",
    }
    assert list(found)[-1] == "orders-are-sorted"
    # Overridden key by key; another source takes the inherited quote with it.
    served = found["valid-key-gets-200"]
    assert served.quote == "The orders"
    assert served.sentence == "A request with a valid key is answered with 200."
    assert found["balance-response-schema"].sentence == "A 200 body is a list of orders."
    assert found["balance-response-schema"].schema_of == "200"
    assert (found["no-stack-trace"].level, found["no-stack-trace"].source) == (
        Level.MUST,
        "RFC 9110 §17",
    )
    assert found["no-stack-trace"].quote is None
    # What stands in the new document stays, what does not gives way to what stands above it.
    operation = "/paths/~1orders/get"
    assert found["refusal-is-401"].source == f"{operation}/responses/401/description"
    assert found["refusal-is-401"].quote == "Authentication Failed"
    assert found["status-is-documented"].source == f"{operation}/responses"
    assert found["status-is-documented"].quote is None
    assert found["currency-is-iso-4217"].source == operation
    assert found["bad-key-is-refused"].source == operation
    rfc = billing.requirements["no-server-error"]
    assert found["no-server-error"] == rfc
    assert catalogue.sha256 != billing.sha256


def test_catalogues_extend_in_a_row_and_their_hash_covers_all(write: Write):
    write(OPERATION + SOUND, "first.toml")
    second = (
        "extends = 'first.toml'\n" + OPERATION + '[requirement.orders-are-listed]\nquote = "The"'
    )
    write(second, "second.toml")
    last = write("extends = 'second.toml'\n" + OPERATION)
    before = Catalogue.load(last)
    assert before.requirements["orders-are-listed"].quote == "The"
    write(OPERATION + SOUND.replace("A 200", "Any 200"), "first.toml")
    after = Catalogue.load(last)
    assert after.requirements["orders-are-listed"].sentence == "Any 200 body lists orders."
    assert before.sha256 != after.sha256
