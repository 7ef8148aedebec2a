"""How programs write octets, so that people or other programs can read them again."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Callable


def b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def numbers(layout: str, between: str) -> Callable[[bytes], str]:
    return lambda octets: between.join(layout.format(octet) for octet in octets)


def numbered(layout: str, between: str) -> Callable[[bytes], str]:
    return lambda octets: between.join(layout.format(*pair) for pair in enumerate(octets))


def dump(octets: bytes) -> str:
    """As xxd prints it."""
    rows = [(at, octets[at : at + 16]) for at in range(0, len(octets), 16)]
    return "\n".join(f"{at:08x}: {row.hex(' ', -2):39}  {row.decode()}" for at, row in rows)


def wide(octets: bytes, order: str) -> bytes:
    return octets.decode().encode(f"utf-16-{order}")


NATURAL: dict[str, Callable[[bytes], str]] = {
    "JSON of a Uint8Array": lambda o: json.dumps({str(at): octet for at, octet in enumerate(o)}),
    "compact JSON of a Uint8Array": numbered('"{}":{}', ","),
    "node's Buffer": lambda o: json.dumps({"type": "Buffer", "data": [*o]}),
    "node's Buffer, shown": lambda o: f"<Buffer {o.hex(' ')}>",
    "Go's bytes": lambda o: f"[{numbers('{}', ' ')(o)}]",
    "PHP's print_r": numbered("    [{}] => {}\n", ""),
    "floating-point numbers": lambda o: json.dumps([float(octet) for octet in o]),
    "one number a line": numbers("{}", "\n"),
    "decimal escapes": numbers("\\{:03}", ""),
    "hexadecimal numbers": numbers("0x{:02x}", ", "),
    "hexadecimal strings": lambda o: json.dumps([f"{octet:02X}" for octet in o]),
    "hexadecimal with hyphens": lambda o: o.hex("-"),
    "hexadecimal with colons": lambda o: o.hex(":").upper(),
    "groups of hexadecimal": lambda o: o.hex(" ", -2),
    "xxd": dump,
    "escape() with %u": numbers("%u{:04X}", ""),
    "code points": numbers("U+{:04X}", " "),
    "style sheets' escapes": numbers("\\{:x}", " "),
    "quoted-printable": numbers("={:02X}", ""),
    "quoted-printable in lines": lambda o: quopri.encodestring(b"." * 66 + o).decode(),
    "octal numbers": numbers("0o{:o}", ", "),
    "an octal list": numbers("{:03o}", " "),
    "a binary list": numbers("{:08b}", " "),
    "base64 of UTF-16": lambda o: b64(wide(o, "le")),
    "base64 of UTF-16, the other way": lambda o: b64(b"\xfe\xff" + wide(o, "be")),
    "hexadecimal of UTF-16": lambda o: wide(o, "le").hex(),
    "base64 twice": lambda o: b64(b64(o).encode()),
    "base64 twice, of a Basic pair": lambda o: b64(f"Basic {b64(b'user:' + o)}".encode()),
    "base64 of hexadecimal": lambda o: b64(o.hex().encode()),
    "base64 of percent-encoding": lambda o: b64(numbers("%{:02X}", "")(o).encode()),
    "base64 of JSON of a list": lambda o: b64(json.dumps([*o]).encode()),
    "base64 for URLs within a name": lambda o: f"token_{b64(b64(o).encode())}",
    "hexadecimal of base64": lambda o: b64(o).encode().hex(),
    "hexadecimal twice": lambda o: o.hex().encode().hex(),
    "a list of base64": lambda o: numbers("{:03}", ", ")(b64(o).encode()),
    "a list of UTF-16": lambda o: json.dumps([*wide(o, "le")]),
    "percent-encoded JSON of a list": lambda o: f"%5B{numbers('{}', '%2C')(o)}%5D",
}
