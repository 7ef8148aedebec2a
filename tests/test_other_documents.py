"""Documents like those of other APIs: each is run by the real suite, in a copy of the checkout.

A conforming server for each passes by the document alone, without any code written for it.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.run.session import check_security
from contracts.run.settings import read_settings
from contracts.rye import RYE
from tests.checkout import make_checkout, run_script
from tests.other_documents.server import KEY, NOTES, Servers
from tests.support import ROOT, Result
from tests.test_second_operation import Warm

EXAMPLE = ROOT / "tests" / "other_documents" / "checkout"
NAMES = ("funds", "stations", "notes", "readings")
PREFIX = {"notes": "/api"}
READ_AGAIN = ("funds", "stations")
"""Those whose keys stand otherwise than as a bearer token, for gate and recheck."""
MOST_LINES = 6
"""Of a catalogue: everything else is derived from the document."""


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    checkout = make_checkout(tmp_path_factory.mktemp("others") / "checkout", "http://[::1]")
    shutil.copytree(EXAMPLE, checkout, dirs_exist_ok=True)
    process = Warm(checkout)
    yield process
    process.stop()


def ask(warm: Warm, name: str, servers: Servers) -> Result:
    with servers.serve():
        url = servers.url + PREFIX.get(name, "")
        result = warm.run(name, "--target", url, key=KEY)
    encoded = base64.b64encode(f"{KEY}:".encode()).decode()
    for secret in (KEY, KEY[8:], encoded, encoded.rstrip("=")):
        assert secret not in result.output + result.page
    return result


def told(findings: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each["requirement"], each["where"]) for each in findings if each["level"] == "MUST"}


@pytest.mark.parametrize("name", NAMES)
def test_a_conforming_server_passes(warm: Warm, name: str) -> None:
    lines = (EXAMPLE / "contracts" / name / "requirements.toml").read_text("utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    result = ask(warm, name, Servers())
    assert result.status == 0, result.output[-3000:]
    assert (result.record["verdict"], result.record["complete"]) == ("pass", True)
    if name in READ_AGAIN:
        target, operation = result.record["target"]["url"], result.record["operation"]
        gate = f"gate reports/report.html --target {target} --operation '{operation}'"
        recheck = "recheck reports/report.html"
        script = f"python -m contracts {gate}\npython -m contracts {recheck}"
        done = run_script(warm.checkout, script, {})
        assert done.returncode == 0, done.stdout
        assert "release: " in done.stdout
        assert "the same" in done.stdout


@pytest.mark.parametrize(
    ("name", "presented"),
    [
        ("funds", '-u "$CHECKOUT_INTENTS_API_KEY$(case'),
        ("stations", '-H "X-API-Key: $CHECKOUT_INTENTS_API_KEY"'),
    ],
)
def test_a_key_is_truncated_where_it_stands(warm: Warm, name: str, presented: str) -> None:
    def without_id(body: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in body.items() if key not in ("id", "object")}

    result = ask(warm, name, Servers(without_id, lenient=True))
    assert result.status == 1, result.output[-3000:]
    broken = told(result.record["findings"])
    assert broken == {("success-body-schema", ""), ("bad-key-is-refused", "status")}
    [shown] = [f["curl"] for f in result.record["findings"] if f["where"] == ""]
    assert presented in shown


def test_the_branch_that_is_meant_is_named(warm: Warm) -> None:
    def heavy(body: dict[str, Any]) -> dict[str, Any]:
        notes = json.loads(json.dumps(NOTES))
        notes[1] |= {"weight": 0, "items": [{"kind": "text", "text": 1}]}
        return {**body, "notes": notes}

    result = ask(warm, "notes", Servers(heavy))
    assert result.status == 1, result.output[-3000:]
    findings = {each["where"]: each for each in result.record["findings"]}
    assert findings.keys() == {"/notes/1/weight", "/notes/1/items/0/text"}
    weight = findings["/notes/1/weight"]
    assert weight["clause"] == "200 /components/schemas/List/properties/weight/exclusiveMinimum"
    assert weight["expected"] == "more than 0 (by List, which fits best of 2 under oneOf)"
    counted = {each["id"]: each for each in result.record["clauses"]}
    assert counted["200 /components/schemas/List/required/items"]["observed"] > 10
    assert counted["200 /components/schemas/Text/properties/text/type"]["violated"] > 10


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "in: header, name: Api-Key",
            "in: query, name: key",
            "it takes key (apiKey in query): this suite presents one key, as a bearer token",
        ),
        (
            "type: apiKey, in: header",
            "type: http, scheme: digest, x",
            "it takes key (HTTP's digest)",
        ),
        ("[{key: []}]", "[{key: [], other: []}]", "it takes key and other together"),
        ("/reading:", "/reading?now=1:", "holds a `?`, which no path has"),
        ("type: string", "type: string, pattern: '[_-.]'", None),
        ("text/plain: {", "application/json: {x: 1, ", None),
    ],
)
def test_what_is_not_supported_is_said_at_the_start(
    tmp_path: Path, old: str, new: str, words: str | None
) -> None:
    catalogue = _changed(tmp_path, old, new)
    if words is None:  # it says nothing about JSON
        assert Catalogue.load(catalogue).operation.path == "/reading"
        return
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(catalogue)
    assert words in str(caught.value)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    ("old", "new", "target", "words"),
    [
        (
            "[{key: []}]",
            "[]",
            "http://localhost:1",
            "the document states no security for GET /reading",
        ),
        ("[{key: []}]", "[{}, {key: []}]", "http://localhost:1", "states no security"),
        ("http://localhost:1", "/v1", "staging", "the document names no server that can be asked"),
        ("http://localhost:1", "https://{x}.example", "staging", "names no server"),
    ],
)
def test_what_can_not_be_asked_is_said_at_the_start(
    tmp_path: Path, old: str, new: str, target: str, words: str
) -> None:
    catalogue = Catalogue.load(_changed(tmp_path, old, new))
    names = ("report_dir", "max_requests", "timeout", "ca_file", "proxy")
    options: Any = type("Options", (), dict.fromkeys(names))()
    options.target, options.allow_production = target, False

    def start() -> None:
        check_security(catalogue)
        read_settings(options, {RYE.key_variable: KEY}, catalogue.operation.server, RYE)

    with pytest.raises(ValueError, match=words):
        start()


def _changed(folder: Path, old: str, new: str) -> Path:
    """A copy of the smallest of the four, of which a part of the document is another."""
    text = (EXAMPLE / "spec" / "readings.yaml").read_text("utf-8")
    assert old in text
    (folder / "openapi.yaml").write_text(text.replace(old, new), "utf-8")
    path = folder / "requirements.toml"
    asked = "/reading?now=1" if "now=1" in new else "/reading"
    path.write_text(
        f"extends = '{ROOT / 'contracts' / 'common' / 'base.toml'}'\n"
        f"[operation]\ndocument = 'openapi.yaml'\npath = '{asked}'\nmethod = 'get'\n",
        "utf-8",
    )
    return path
