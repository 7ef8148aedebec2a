"""How fast bodies are judged, compared with bare validators on the same bodies."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.processes import ROOT
from benchmarks.rows import Row, compared
from benchmarks.sizes import Sizes
from contracts.document.catalogue import Catalogue
from contracts.document.schema import BodyValidator
from contracts.http.exchange import Exchange
from contracts.http.json_text import problems
from contracts.http.probe import Credential, Probe
from contracts.judging.judge import Judge

SECTION = "judging"
CATALOGUE = ROOT / "contracts" / "billing" / "requirements.toml"
CURRENCIES = ("USD", "EUR", "JPY", "GBP")
WRONG = 0.1
"""Share of the bodies that violate their schema."""
UNIT = "bodies/s"

Judging = Callable[[], object]
Prepare = Callable[[], Judging]


def measure(sizes: Sizes) -> list[Row]:
    """Judge bodies that all differ, so that no cache helps, and then identical ones.

    Arguments:
        sizes: numbers of bodies and rounds.
    """
    from jsonschema import Draft4Validator  # noqa: PLC0415 - competitors, only for this section
    from jsonschema_rs import Draft4Validator as RustValidator  # noqa: PLC0415

    catalogue = Catalogue.load(CATALOGUE)
    validator = catalogue.operation.validator(200)
    if validator is None:
        raise LookupError("the document has no schema for 200")
    schema = inlined(catalogue.operation.document.content, validator.root.schema)
    judge, python, rust = Judge(catalogue), Draft4Validator(schema), RustValidator(schema)
    different = bodies(sizes.bodies, sizes.seed)
    rows: list[Row] = []
    for words, given in (
        ("all different", different),
        ("alike", different[: max(1, sizes.bodies // 100)] * 100),
    ):
        ways: dict[str, Prepare] = {
            "judge": partial(_judging, judge, given),
            "body": partial(partial, _hold, validator, given),
            "jsonschema": partial(partial, _validate, python.iter_errors, given),
            "jsonschema-rs": partial(partial, _validate, rust.iter_errors, given),
        }
        rows += _rows(words, rates(ways, len(given), sizes.rounds))
    return rows


def bodies(number: int, seed: int) -> list[bytes]:
    """Make bodies of a 200, all different, of which one in ten violates the schema.

    Arguments:
        number: how many.
        seed: seed of their content.
    """
    rng = random.Random(seed)  # noqa: S311 - data, not secrets
    made = []
    for at in range(number):
        wrong = rng.random() < WRONG
        amount = f"{at}" if wrong else at
        money = {"currencyCode": rng.choice(CURRENCIES), "amountSubunits": amount}
        value = {"drawdownEnabled": rng.random() < 0.5, "balance": money}
        made.append(json.dumps(value, separators=(",", ":")).encode("ascii"))
    return made


def inlined(document: Mapping[str, Any], schema: Any) -> Any:
    """Inline what a schema refers to, so that a bare validator can use it.

    Arguments:
        document: the OpenAPI document, without circular schemas.
        schema: one of its schemas, or a part of one.
    """
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            found: Any = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return inlined(document, found)
        return {name: inlined(document, value) for name, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [inlined(document, value) for value in schema]
    return schema


def rates(ways: Mapping[str, Prepare], number: int, rounds: int) -> dict[str, list[float]]:
    """Measure ways of judging in turn, in bodies per second.

    Arguments:
        ways: the ways by name; each is prepared anew for each round, and once before the first.
        number: how many bodies each judges per round.
        rounds: how often each is measured.
    """
    for prepare in ways.values():
        prepare()()
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, prepare in ways.items():
            judging = prepare()
            began = time.perf_counter()
            judging()
            measured[name].append(number / (time.perf_counter() - began))
    return measured


def _rows(words: str, measured: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    for way, what in (("judge", "whole answers, every requirement"), ("body", "bodies alone")):
        for rival in ("jsonschema", "jsonschema-rs"):
            yield compared(
                SECTION,
                f"{what}, {words}",
                measured[way],
                measured[rival],
                unit=UNIT,
                beside=f"bare {rival}",
            )


def _judging(judge: Judge, given: Iterable[bytes]) -> Judging:
    """Prepare unread answers, since what is read is cached in an exchange."""
    answers = [_exchange(body, number) for number, body in enumerate(given, 1)]

    def all_of_them() -> None:
        for answer in answers:
            judge.judge(answer)

    return all_of_them


def _hold(validator: BodyValidator, given: Iterable[bytes]) -> None:
    """Read bodies strictly and validate them, recording the clauses they observe."""
    for body in given:
        value, _ = problems(body)
        validator.check(value)
        validator.observe(value)


def _validate(errors: Callable[[Any], Iterable[object]], given: Iterable[bytes]) -> None:
    for body in given:
        list(errors(json.loads(body)))


def _exchange(body: bytes, number: int) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    sent = b"GET /api/v1/billing/balance HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    return Exchange(
        number=number,
        probe=Probe("valid", "plain reads", "valid", Credential.VALID),
        sent=sent,
        received=head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        closed=False,
        started=number / 1000,
        seconds=0.001,
        connection=1,
    )
