"""Three operations as people have them, a folder for each, and what their servers do wrong.

Transactions are a list to be read page by page, shipments one with filters besides, and a checkout
intent is one resource whose body has another schema in each of its six states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from contracts.document.catalogue import Catalogue
from contracts.sandbox.app import respond
from contracts.sandbox.catalogue import OPERATIONS
from contracts.sandbox.catalogue.operations.bodies import each, mislabeled
from contracts.sandbox.fault import Fault
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.history import Connection, Context, Run
from contracts.sandbox.message import Json, Request, render
from contracts.sandbox.server import throwaway_key
from tests.support import ROOT

KEY = throwaway_key()
DOCUMENT = Path(__file__).with_name("shop.yaml")

_PAGES = """
items = "/data"
id = "/id"
limit = "limit"
after = "after"
before = "before"
next = "/pageInfo/endCursor"
previous = "/pageInfo/startCursor"
more = "/pageInfo/hasNextPage"
order = "/createdAt descending"
"""
_STATES = (
    "retrieving_offer",
    "awaiting_confirmation",
    "requires_action",
    "placing_order",
    "completed",
    "failed",
)
_OTHERS = ", ".join(f'{{ id = "ci_00000{number}" }}' for number in range(2, 7))

FOLDERS: Mapping[str, str] = {
    "transactions": f"""
path = "/api/v1/billing/transactions"
[operation.relations]{_PAGES}""",
    "checkout_intent": f"""
path = "/api/v1/checkout-intents/{{id}}"
parameters = {{ id = "ci_000001" }}
paths = [{_OTHERS}]
unknown = {{ id = "ci_000000" }}
[operation.relations]
echoes = {{ id = "/id" }}
""",
    "shipments": f"""
path = "/api/v1/shipments"
[operation.relations]{_PAGES}filters = {{ ids = "/id", status = "/status" }}
""",
}
"""What each folder states of its operation."""


def _in_state(state: str) -> Fault:
    """Only in one of the states an object says that it is of another kind."""

    def change(item: dict[str, Json], branches: object) -> Json:
        return mislabeled(item, branches) if item["state"] == state else item

    entry = OPERATIONS["wrong-branch"]
    return replace(entry, name=f"{state.replace('_', '-')}-mislabeled", answer=each(change))


_LISTS = (
    "parameter-opens",
    "cursor-opens",
    "key-prefix-opens",
    "largest-value-refused",
    "broken-value-fails",
    "repeated-parameter-fails",
    "validation-error-without-fields",
    "member-lost",
    "limit-ignored",
    "limit-off-by-one",
    "last-item-lost",
    "cursor-ignored",
    "cursor-loops",
    "backward-cursor-ignored",
    "pages-overlap",
    "page-skips-an-item",
    "wrong-order",
)
_FILTERED = ("filter-opens", "last-value-fails", "filter-ignored", "one-filter-ignored")
_BRANCHES = ("undocumented-state", "wrong-branch", "branch-member-lost")
_RESOURCES = (
    "key-prefix-opens",
    "not-found-for-all",
    "not-found-as-text",
    "not-found-fails",
    "not-found-is-the-first",
    "first-for-all",
    "others-are-open",
    "somebody-elses",
    "member-lost",
)


def _entries(*names: str) -> list[Fault]:
    return [OPERATIONS[name] for name in names]


FAULTS: Mapping[str, list[Fault]] = {
    "transactions": _entries(*_LISTS),
    "checkout_intent": [*_entries(*_RESOURCES, *_BRANCHES), *map(_in_state, _STATES)],
    "shipments": _entries(*_LISTS, *_FILTERED, *_BRANCHES),
}
"""What their servers do wrong, one thing each."""


def load(folder: Path, name: str, document: Path, *, relations: bool = True) -> Catalogue:
    """The catalogue of one of the three.

    Arguments:
        folder: where its file is written.
        name: of the operation.
        document: that describes it.
        relations: whether it states what the parameters mean.
    """
    stated = FOLDERS[name] if relations else FOLDERS[name].partition("[operation.relations]")[0]
    path = folder / f"{name}.toml"
    path.write_text(
        f'extends = "{ROOT / "contracts/common/base.toml"}"\n'
        f'[operation]\ndocument = "{document}"\nmethod = "get"{stated}',
        "utf-8",
    )
    return Catalogue.load(path)


class Server:
    """The sandbox of an operation without a socket.

    Arguments:
        catalogue: of the operation.
        fault: what is wrong with it.
    """

    def __init__(self, catalogue: Catalogue, fault: Fault | None) -> None:
        operation = catalogue.operation
        self._api = Generated(operation.document.path, operation.path, operation.plain.known)
        self._run = Run(KEY.encode(), api=self._api)
        self._connection = Connection(1)
        self._fault = fault

    def __call__(self, request: bytes) -> bytes:
        top, _, content = request.partition(b"\r\n\r\n")
        line, *fields = top.split(b"\r\n")
        method, target, _ = line.split(b" ")
        named = [name_value.partition(b":") for name_value in fields]
        received = Request(
            method.decode("ascii"),
            target,
            tuple((name, value.strip(b" \t")) for name, _, value in named),
            content,
            1,
        )
        entitled = self._api.entitles(received, self._run.key)
        context = Context(received, entitled, self._run, self._connection)
        return render(respond(self._api, self._fault, context))
