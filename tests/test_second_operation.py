"""Adding an operation takes a document and a folder, and no other change.

The folder is copied into a separate checkout, next to billing/, and its whole suite is run there
against a server of that operation: the conforming one, and one fault after another.
"""

from __future__ import annotations

import filecmp
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.document.catalogue import Catalogue, CatalogueError
from contracts.rye import RYE
from contracts.sandbox.server import Sandbox
from tests.checkout import STAGING, make_checkout, run_script
from tests.document.lint import lint
from tests.second_operation.faults import FAULTS
from tests.second_operation.server import KEY, Shop
from tests.support import PATIENCE, ROOT, Result, environment
from tests.warm import Warm

EXAMPLE = ROOT / "tests" / "second_operation" / "checkout"
FOLDER = EXAMPLE / "contracts" / "orders"
GUIDE = (ROOT / "docs" / "adding-an-operation.md").read_text("utf-8")
OPERATION = "GET /api/v1/shops/{shopId}/orders"
SPEC = EXAMPLE / "spec"
MOST_LINES = 40


def make_extended_checkout(folder: Path, server: str) -> Path:
    """A checkout with the second operation; `server` takes staging's place."""
    checkout = make_checkout(folder, server)
    shutil.copytree(EXAMPLE, checkout, dirs_exist_ok=True)
    document = checkout / "spec" / "orders.yaml"
    document.write_bytes(document.read_bytes().replace(STAGING, server.encode()))
    return checkout


class Shopper(Warm):
    """Asks the second operation."""

    def ask(self, fault: str | None, *options: str) -> Result:
        """Run the suite of the second operation against a server of it."""
        change = FAULTS[fault][1] if fault is not None else None
        with Shop(change).serve() as shop:
            return self.run("orders", "--target", shop.url, *options, key=KEY)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopper]:
    checkout = make_extended_checkout(
        tmp_path_factory.mktemp("second") / "checkout", "http://[::1]"
    )
    process = Shopper(checkout)
    yield process
    process.stop()


# --- the folder -----------------------------------------------------------------------------


def test_the_folder_is_small() -> None:
    files = sorted(path for path in FOLDER.iterdir() if path.is_file())
    assert [path.name for path in files] == ["__init__.py", "requirements.toml", "test_orders.py"]
    assert sum(len(path.read_text("utf-8").splitlines()) for path in files) < MOST_LINES


def test_nothing_else_changes(warm: Shopper) -> None:
    """What is in the checkout beside this folder and its document is the project's, unchanged."""
    sources = {path.relative_to(ROOT) for path in _sources(ROOT / "contracts")}
    here = {path for path in sources if path.parent != Path("contracts/orders")}
    there = {path.relative_to(warm.checkout) for path in _sources(warm.checkout / "contracts")}
    assert here < there
    assert {path.parent for path in there - here} == {Path("contracts/orders")}
    same, *others = filecmp.cmpfiles(ROOT, warm.checkout, map(str, here), shallow=False)
    assert (len(same), others) == (len(here), [[], []])


def _sources(folder: Path) -> Iterator[Path]:
    kinds = {".py", ".toml", ".json", ".css", ".js"}
    yield from (path for path in folder.rglob("*") if path.suffix in kinds)


def test_the_catalogue_is_sound(warm: Shopper) -> None:
    catalogue = Catalogue.load(warm.checkout / "contracts/orders/requirements.toml")
    billing = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
    assert lint(catalogue) == []
    changed = set(billing.requirements) ^ set(catalogue.requirements)
    assert changed == {
        "balance-response-schema",
        "currency-is-iso-4217",
        "order-page-schema",
        "status-404-schema",  # which the balance does not document
        "status-500-schema",
    }
    assert catalogue.requirements["order-page-schema"].schema_of == "200"
    assert catalogue.named(["success-body-schema", "order-page-schema", "nobodys"]) == (
        "order-page-schema",
    )


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("refusal-is-401", "replaces: expected an inherited requirement with schema_of"),
        ("nobodys", "replaces: expected an inherited requirement with schema_of"),
    ],
)
def test_only_an_inherited_schema_can_be_replaced(tmp_path: Path, old: str, words: str) -> None:
    text = (FOLDER / "requirements.toml").read_text("utf-8").replace("success-body-schema", old)
    for relative, place in (("../common", ROOT / "contracts/common"), ("../../spec", SPEC)):
        text = text.replace(relative, str(place))
    path = tmp_path / "requirements.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=words):
        Catalogue.load(path)


# --- runs -----------------------------------------------------------------------------------


def test_a_conforming_server_passes(warm: Shopper) -> None:
    result = warm.ask(None)
    assert result.status == 0, result.output[-3000:]
    record = result.record
    assert (record["verdict"], record["complete"]) == ("pass", True)
    assert record["operation"] == OPERATION
    assert record["requests"] <= 300
    assert result.requirement("validate-error-schema")["observed"] > 5
    unobserved = [each["id"] for each in record["clauses"] if not each["observed"]]
    unasked = ("404 ", "500 ")  # the folder names no shop that doesn't exist, and nothing fails
    rest = [name for name in unobserved if not name.startswith(unasked)]
    assert all(name.endswith("properties/stack/type") for name in rest)
    assert "balance-response-schema" not in result.output + result.page


def test_a_parameter_that_opens_is_told(warm: Shopper) -> None:
    """Of all that a run asks without a key at once, the finding names what opened it."""
    result = warm.ask("a cursor opens")
    assert result.status == 1, result.output[-3000:]
    broken = [each for each in result.record["findings"] if each["level"] == "MUST"]
    opened = [each for each in broken if each["requirement"] == "bad-key-is-refused"]
    assert opened, result.output[-3000:]
    assert opened == broken
    assert all("cursor=" in each["probe"]["query"] for each in opened)
    assert "limit=" not in opened[0]["probe"]["query"]


def test_the_suite_runs_as_people_start_it(warm: Shopper) -> None:
    """In a process of its own, by the guide's command, with the largest page refused."""
    fault = FAULTS["the largest page refused"][1]
    with Shop(fault).serve() as shop:
        command = f"{_command('pytest -m orders --target staging')} --target {shop.url}"
        done = run_script(warm.checkout, command.replace(" --target staging", ""), _key())
    assert done.returncode == 1, done.stdout[-3000:]
    assert "query limit maximum" in done.stdout
    assert re.search(r"/shops/shop_1/orders\?state=open&limit=50'?$", done.stdout, re.MULTILINE)


def test_a_part_of_the_suite_is_known_to_be_one(warm: Shopper) -> None:
    """Families that were imported count as much as the folder's own."""
    place = "contracts/orders/test_orders.py"
    result = warm.ask(None, f"{place}::test_a_valid_key_is_served")
    assert result.status == 0, result.output[-3000:]
    assert result.record["complete"] is False
    assert warm.ask(None, place).record["complete"] is True


def test_the_first_operation_is_asked_as_before(warm: Shopper) -> None:
    with Sandbox() as sandbox:
        result = warm.run("billing", "--target", sandbox.url, key=sandbox.key)
    assert result.status == 0, result.output[-3000:]
    assert result.record["complete"] is True
    assert all(each["id"].startswith("contracts/billing/") for each in result.record["tests"])


def test_the_sandbox_serves_it_before_any_server_does(warm: Shopper) -> None:
    result = warm.run("orders")
    assert result.status == 0, result.output[-3000:]
    assert result.record["target"]["name"] == "sandbox"
    assert result.record["complete"] is True
    assert result.requirement("validate-error-schema")["observed"] > 5


def test_a_finding_is_asked_again_without_naming_the_operation(warm: Shopper) -> None:
    with Shop(FAULTS["an order without its total"][1]).serve() as shop:
        result = warm.run("orders", "--target", shop.url, key=KEY)
        line = re.search(r"python -m contracts probe .*", result.output)
        assert line is not None, result.output[-3000:]
        done = run_script(warm.checkout, f".venv/bin/{line[0]}", _key())
    assert done.returncode == 1, done.stdout
    assert "broken: order-page-schema" in done.stdout


# --- commands, and the guide ----------------------------------------------------------------


def _key() -> dict[str, str]:
    return {RYE.key_variable: KEY, "PYTEST_ADDOPTS": "-p no:cacheprovider"}


def _commands() -> list[tuple[int, str]]:
    """The guide's commands that need the operation's own server, with their exit statuses."""
    blocks = re.findall(
        r"(?:^<!-- exits (\d+) -->\n)?^```bash\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL
    )
    return [(int(status or 0), line) for status, text in blocks for line in text.splitlines()]


def _command(part: str) -> str:
    [found] = [line for status, line in _commands() if part in line and not status]
    return found


def test_the_guide_shows_the_folder() -> None:
    for language, name in (("toml", "requirements.toml"), ("python", "test_orders.py")):
        [shown] = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
        assert shown == (FOLDER / name).read_text("utf-8")


def test_every_command_of_the_guide_works(tmp_path: Path) -> None:
    with Shop().serve() as shop:
        checkout = make_extended_checkout(tmp_path / "checkout", shop.url)
        outputs = {}
        for status, line in _commands():
            done = run_script(checkout, line, _key())
            assert done.returncode == status, f"{line}\n{done.stdout[-3000:]}"
            outputs[line] = done.stdout
    plan = outputs[_command("contracts plan")]
    assert f"{OPERATION} and nothing else" in plan
    assert re.search(r"^ +\d+ +-  documented values$", plan, re.MULTILINE)
    assert "kept: nothing" in outputs[_command("contracts probe 'limit maximum'")]
    assert outputs[_command("contracts gate")].startswith("release: staging kept")
    assert "the same" in outputs[_command("contracts recheck")]


def test_a_mark_is_known_by_its_folder(warm: Shopper) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--markers"],
        cwd=warm.checkout,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert "@pytest.mark.orders: the operation of" in done.stdout
