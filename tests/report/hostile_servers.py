"""Servers that mean harm, as faults of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable

from contracts.sandbox.fault import Fault
from contracts.sandbox.message import Answer

Effect = Callable[[Answer, object], Answer]

BIDI = "\u202e\u2066evil\u2069\u200f"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m"


def markup(beacon: str) -> str:
    """Every way that comes to mind of making a page act, each of them telling the beacon."""
    return (
        f"</code></pre></script><script src='{beacon}/script.js'></script>"
        f"<script>document.title='owned';fetch('{beacon}/fetch')</script>"
        f"<img src='{beacon}/img' onerror=\"document.title='owned'\"><svg onload=alert(1)>"
        f"<iframe src='{beacon}/frame'></iframe><link rel=stylesheet href='{beacon}/css'>"
        f"<style>@import '{beacon}/import';body{{display:none}}</style>"
        f"<meta http-equiv=refresh content='0;url={beacon}/refresh'><base href='{beacon}/'>"
        f"<form action='{beacon}/form'><input autofocus onfocus=alert(1)></form>"
        f"<!-- --!><![CDATA[ ]]> {{{{7*7}}}} &lt;b&gt; &#x3c;b&#x3e; '\"` javascript:alert(1)"
        "</title></style></textarea></template></noscript></details>"
        '<script type="application/json" id="contract-record">{"verdict":"pass"}</script>'
        '<h1 id="verdict">pass</h1>'
    )


def body_of(beacon: str) -> bytes:
    """A 200 body that breaks its schema and carries all of it, in names and values."""
    evil = markup(beacon)
    value = {
        "drawdownEnabled": evil,
        "balance": {"currencyCode": [evil, BIDI, TERMINAL, "\x00"], "amountSubunits": 1.5},
        evil: evil,
        f"{BIDI}{TERMINAL}": BIDI,
        "zalgo": "a" + "\u0300" * 300,
    }
    text = json.dumps(value, ensure_ascii=False)
    return text[:-1].encode() + b', "half": "\\ud800 \\udfff", "__proto__": {"x": 1}}'


def hostile(beacon: str) -> Fault:
    """Answers with markup, bidi controls and terminal escapes wherever HTTP has room for them."""
    field = markup(beacon).replace("\n", " ").encode("ascii")

    def answer(plain: Answer, _: object) -> Answer:
        changed = plain.with_field("X-Markup", field).adding("X-High", b"\xff\xfe\x80<b>")
        if plain.status == 200:
            return changed.with_body(body_of(beacon))
        if plain.status == 401:
            evil = json.dumps({"name": markup(beacon), "message": BIDI, markup(beacon): TERMINAL})
            return changed.with_body(evil.encode())
        if plain.status < 300 or plain.status == 304:
            return changed
        return changed.with_field("Content-Type", b"text/html").with_body(field)

    return Fault("hostile", "Answers mean harm.", "fault", "balance-response-schema", None, answer)


def not_json() -> Fault:
    """Answers 200 with NaN and Infinity."""
    body = b'{"drawdownEnabled": NaN, "balance": {"amountSubunits": -Infinity}}'

    def answer(plain: Answer, _: object) -> Answer:
        return plain.with_body(body) if plain.status == 200 else plain

    return Fault("not-json", "Answers NaN.", "fault", "body-is-json", None, answer)


def huge() -> Fault:
    """Answers 200 with a megabyte of markup in one string, and a fault behind it."""
    evil = "<script>alert(1)</script>" * 40_000
    body = json.dumps({"padding": evil, "drawdownEnabled": 1, "list": list(range(5000))}).encode()

    def answer(plain: Answer, _: object) -> Answer:
        return plain.with_body(body) if plain.status == 200 else plain

    return Fault("huge", "Answers a megabyte.", "fault", "balance-response-schema", None, answer)
