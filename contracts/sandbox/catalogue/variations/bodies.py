"""Conforming variations in bodies: other values, other spellings, undocumented extras."""

from __future__ import annotations

import json

from contracts.sandbox.catalogue.build import chain, on, variation
from contracts.sandbox.catalogue.effects import before_close, having, money, text, value
from contracts.sandbox.fault import Effect
from contracts.sandbox.message import Answer, Json

_STACK = "Error: denied\n    at authenticate (/app/dist/auth.js:41:11)"


def _pretty(answer: Answer, _context: object) -> Answer:
    body = json.dumps(json.loads(answer.body), indent=4) if answer.body else ""
    return answer.with_body(body.replace("\n", "\r\n").encode())


def _escaped(answer: Answer, _context: object) -> Answer:
    """Escapes every n and e in names and strings, in both cases of hexadecimal."""
    body = answer.body.replace(b"n", b"\\u006E").replace(b"U", b"\\u0055")
    return answer.with_body(body.replace(b"\\\\u0055", b"\\u")) if b"true" in body else answer


def _reversed(old: Json) -> Json:
    if not isinstance(old, dict):
        return old
    return {name: _reversed(old[name]) for name in reversed(old)}


def _fields(fields: Json) -> Effect:
    return on(422, having(fields=fields))


_AMOUNTS = (
    variation("amount-negative", "The balance is overdrawn.", on(200, money(amountSubunits=-4200))),
    variation("amount-zero", "The balance is spent.", on(200, money(amountSubunits=0))),
    variation(
        "amount-least", "The amount is the least int32.", on(200, money(amountSubunits=-(2**31)))
    ),
    variation(
        "amount-greatest",
        "The amount is the greatest int32.",
        on(200, money(amountSubunits=2**31 - 1)),
    ),
    variation(
        "amount-minus-zero",
        "The amount is written as -0.",
        on(
            200,
            text(
                lambda _body: (
                    b'{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":-0}}'
                )
            ),
        ),
    ),
    variation("amount-constant", "The balance never moves.", on(200, money(amountSubunits=1500))),
    variation("currency-eur", "The account is kept in euros.", on(200, money(currencyCode="EUR"))),
    variation(
        "currency-jpy",
        "The account is kept in a currency without subunits.",
        on(200, money(currencyCode="JPY")),
    ),
    variation(
        "drawdown-disabled",
        "The account is not enabled for drawdown.",
        on(200, having(drawdownEnabled=False)),
    ),
)

_EXTRAS = (
    variation(
        "extra-members",
        "The open schemas of the 200 have members of every type.",
        on(
            200,
            chain(
                having(accountId="acc_1", tags=[], meta={"a": None}, rate=1.25),
                money(symbol="$", exponent=2, pending=None),
            ),
        ),
    ),
    variation(
        "extra-member-large",
        "The 200 has an extra member of 64 kB.",
        on(200, having(history=["x" * 64] * 1000)),
    ),
    variation(
        "extra-member-deep",
        "The 200 has an extra member of 60 nested arrays.",
        on(200, before_close(b',"tree":' + b"[" * 60 + b"]" * 60)),
    ),
    variation(
        "extra-number-huge",
        "The 200 has an extra number beyond any double.",
        on(200, before_close(b',"big":1e400,"small":-1e-400')),
    ),
    variation(
        "extra-number-long",
        "The 200 has an extra integer of 5,000 digits.",
        on(200, before_close(b',"digits":' + b"7" * 5000)),
    ),
    variation(
        "extra-strings-odd",
        "The 200 has extra strings with every kind of escape.",
        on(
            200,
            before_close(
                b',"odd":"\\u0000\\b\\f\\/\\ud83d\\ude00 \xf0\x9f\x92\xb6 \xe2\x80\xa8 \x7f","":""'
            ),
        ),
    ),
    variation(
        "extra-names-alike",
        "The 200 has names that differ in case or form alone.",
        on(200, before_close(b',"balancE":1,"Balance":2,"\xc3\xa9":1,"e\xcc\x81":2')),
    ),
)

_SPELLINGS = (
    variation("json-pretty-printed", "Bodies are indented over lines that end in CRLF.", _pretty),
    variation("json-escaped", "Names in the 200 are spelled with escapes.", on(200, _escaped)),
    variation("json-reordered", "Members come in the reverse order.", value(_reversed)),
    variation(
        "json-among-blanks",
        "Blanks and line ends surround the JSON.",
        text(lambda body: b"\r\n\t " + body + b"\n\n" if body else body),
    ),
)

_ERRORS = (
    variation(
        "401-stack-shown",
        "The 401 has a stack, as its schema allows.",
        on(401, having(stack=_STACK)),
    ),
    variation(
        "422-stack-shown",
        "The 422 has a stack, as its schema allows.",
        on(422, having(stack=_STACK)),
    ),
    variation(
        "401-other-words",
        "The 401 has another name and a message of several lines.",
        on(401, having(name="UnauthorizedError", message="No.\n\u00a1Nunca!\t\U0001f6ab")),
    ),
    variation(
        "401-empty-words",
        "The 401's name and message are empty strings.",
        on(401, having(name="", message="")),
    ),
    variation(
        "422-status-400",
        "The 422's body says 400, as tsoa's ValidateError does.",
        on(422, having(status=400)),
    ),
    variation(
        "422-status-with-fraction",
        "The 422's status is written with a fraction.",
        on(422, having(status=422.0)),
    ),
    variation(
        "422-status-with-exponent",
        "The 422's status is written with an exponent.",
        on(422, text(lambda body: body.replace(b":422", b":4.22E+2"))),
    ),
    variation("422-without-fields", "The 422 names no field.", _fields({})),
    variation(
        "422-many-fields",
        "The 422 names many fields.",
        _fields({f"query.{n}": {"message": "excess"} for n in range(100)}),
    ),
    variation(
        "422-any-values",
        "The 422's fields have values of every type.",
        _fields(
            {
                "a": {"message": "", "value": None},
                "b": {"message": "b", "value": [1]},
                "c": {"message": "c", "value": {"d": False}},
                "d": {"message": "d", "value": -1.5e300},
            }
        ),
    ),
    variation(
        "422-open-entries",
        "The 422's field entries have members of their own.",
        _fields({"a": {"message": "a", "code": 7, "path": ["query", "a"]}}),
    ),
    variation(
        "422-odd-field-names",
        "The 422 names fields that are named oddly.",
        _fields(
            {
                "": {"message": "a"},
                "__proto__": {"message": "b"},
                "a/b~c": {"message": "c"},
                "message": {"message": "d"},
            }
        ),
    ),
)

FAULTS = (*_AMOUNTS, *_EXTRAS, *_SPELLINGS, *_ERRORS)
