"""Canaries: the key, and any 8 characters of its secret, come out nowhere in any dress.

The runs below have everything that tempts a key out: servers that repeat it in every coding and
framing, tracebacks with locals, crashes of the suite itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from contracts.http.codings import CodingProblem, decode
from contracts.report.exchanges import inflate, unpack
from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, head, render, status_line
from contracts.sandbox.server import Sandbox
from contracts.sandbox.wire import End, Script
from tests.redaction.natural import NATURAL
from tests.support import Result, copy_suite, end_of, environment, run_warm, start_process

SECRET = "Kq3ZpW8rTn5XvB2yLd7MhG4sJf9c"
KEY = f"RYE/staging-{SECRET}"
WINDOW = 8
LOUD = ("-vv", "--showlocals", "--tb=long", "-rA")
FEW = ("-k", "test_a_valid_key_reads or test_a_nearly_right or test_content_on_a_get")
"""Enough to meet every echo; each answer of these servers is long."""
ECHOES = "no-credential-in-response"


def dresses(text: str) -> dict[str, str]:
    """A text as somebody might read it off, by the name of the dress."""
    octets = text.encode()
    return {
        "raw": text,
        "reversed": text[::-1],
        "case-swapped": text.swapcase(),
        "base64": base64.b64encode(octets).decode(),
        "base64 behind a byte": base64.b64encode(b"x" + octets).decode()[2:],
        "base64 behind two bytes": base64.b64encode(b"xx" + octets).decode()[3:],
        "hexadecimal": octets.hex(),
        "percent-encoded": "".join(f"%{octet:02X}" for octet in octets),
        "escaped": "".join(f"\\u{ord(character):04x}" for character in text),
    }


def windows() -> dict[bytes, str]:
    """Whatever 8 characters of the secret look like, in small letters."""
    per_character = {"hexadecimal": 2, "percent-encoded": 3, "escaped": 6}
    found = {}
    for name, text in dresses(SECRET).items():
        if name == "case-swapped":
            continue  # letter case is ignored throughout
        size = WINDOW * per_character.get(name, 1)
        last = len(text) - size - 4 * name.startswith("base64")  # its end depends on what follows
        for at in range(last + 1):
            found[text[at : at + size].lower().encode()] = name
    for name, encode in NATURAL.items():
        whole, at = encode(SECRET.encode()), range(len(SECRET) - WINDOW + 1)
        parts = {encode(SECRET[start : start + WINDOW].encode()) for start in at}
        # Where what stands beside it matters, as in base64, only some parts are in the whole.
        found |= {part.lower().encode(): name for part in parts if part in whole}
    return found


WINDOWS = windows()


def leaks(data: bytes) -> set[str]:
    """The dresses in which parts of the secret are in some bytes."""
    lowered = data.lower()
    return {name for window, name in WINDOWS.items() if window in lowered}


def readings(path: Path) -> Iterator[bytes]:
    """A file as it is, and what is packed into it."""
    data = path.read_bytes()
    yield data
    text = data.decode("utf-8", "replace")
    yield unescape(text).encode()
    packed = re.search(r'"exchanges":"([A-Za-z0-9+/=]+)"', text)
    if packed is None:
        return
    yield inflate(packed[1])
    for exchange in unpack(packed[1]).exchanges:
        yield exchange.sent
        yield exchange.received
        yield exchange.response.content
        try:
            coding = exchange.response.listed("content-encoding")
            yield decode(exchange.response.content, coding, cap=1 << 20)
        except CodingProblem:
            pass
        # What a strict reader gives up on can still be read by somebody who wants to.
        body = exchange.received.partition(b"\r\n\r\n")[2]
        yield re.sub(rb"\r\n[0-9a-fA-F]+\r\n", b"", body)
        yield inflated(body)


def inflated(body: bytes) -> bytes:
    """As much as the beginning of a gzip member gives."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body)
    except zlib.error:
        return b""


def assert_tight(result: Result, *folders: Path) -> None:
    """Nothing of the secret is in the output or in any file."""
    assert leaks(result.output.encode("utf-8", "surrogateescape")) == set()
    for folder in (result.folder, *folders):
        for path in folder.rglob("*"):
            if path.is_file():
                for data in readings(path):
                    assert leaks(data) == set(), path.name


def test_the_canary_is_found_in_every_dress() -> None:
    for name, text in dresses(f"before {SECRET[3:-3]} after").items():
        found = {dress.partition(" ")[0] for dress in leaks(text.encode())}
        assert found == ({"raw"} if name == "case-swapped" else {name.partition(" ")[0]})
    assert leaks(b"RYE/staging- and nothing more") == set()


def _in_members(answer: Answer, context: Context) -> Answer:
    shown = dresses(context.key.decode()) | {
        f"sent {name}": text
        for name, text in dresses(context.request.token.decode("latin-1")).items()
    }
    return answer.editing(lambda old: {**old, **shown}) if answer.body else answer


def _in_natural_encodings(answer: Answer, context: Context) -> Answer:
    shown = {name: encode(context.key) for name, encode in NATURAL.items()}
    return answer.editing(lambda old: {**old, **shown}) if answer.body else answer


def _in_fields(answer: Answer, context: Context) -> Answer:
    for number, text in enumerate(dresses(context.key.decode()).values()):
        answer = answer.adding(f"X-Echo-{number}", text)
    return answer.adding(KEY[:40].replace("/", "-"), "as a name")


def _gzipped(answer: Answer, context: Context) -> Answer:
    echoing = _in_members(answer, context)
    return echoing.with_body(gzip.compress(echoing.body)).with_field("Content-Encoding", "gzip")


def _in_pieces(size: int, keep: int | None = None) -> Callable[[Answer, Context], Script]:
    """Chunks that are each too short to hold 8 characters; perhaps cut off within the last."""

    def write(answer: Answer, context: Context) -> Script:
        body = _in_members(answer, context).body
        fields = (*answer.fields, (b"Transfer-Encoding", b"chunked"))
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        whole = head(fields, status_line(answer.status)) + coded
        return Script((whole[:keep],), End.CLOSE, answer.status)

    return write


def _cut_gzip(answer: Answer, context: Context) -> Script:
    return Script((render(_gzipped(answer, context))[:-30],), End.CLOSE, answer.status)


def _in_status_line(answer: Answer, context: Context) -> Script:
    line = b"HTTP/1.1 %d %b" % (answer.status, context.key)
    return Script((b"HTTP/1.1 103 %b\r\n\r\n" % context.key, render(answer, line)))


def _behind_the_end(answer: Answer, context: Context) -> Script:
    return Script((render(answer) + context.key, 0.01, context.key[::-1]))


def _no_http(_answer: Answer, context: Context) -> Script:
    return Script((b"KEY " + context.key + b" IS WRONG\r\n\r\n",))


def answering(name: str, effect: Effect) -> Fault:
    return Fault(name, "Repeats the key.", "fault", ECHOES, answer=effect)


def writing(name: str, write: Callable[[Answer, Context], Script]) -> Fault:
    return Fault(name, "Repeats the key.", "fault", ECHOES, wire=write)


SERVERS = {
    **{name: fault for name, fault in CATALOGUE.items() if fault.requirement == ECHOES},
    "in-members": answering("in-members", _in_members),
    "in-natural-encodings": answering("in-natural-encodings", _in_natural_encodings),
    "in-fields": answering("in-fields", _in_fields),
    "gzipped": answering("gzipped", _gzipped),
    "chunked": writing("chunked", _in_pieces(5)),
    "chunked-and-cut": writing("chunked-and-cut", _in_pieces(5, -40)),
    "gzipped-and-cut": writing("gzipped-and-cut", _cut_gzip),
    "in-status-line": writing("in-status-line", _in_status_line),
    "behind-the-end": writing("behind-the-end", _behind_the_end),
    "no-http": writing("no-http", _no_http),
}
UNANSWERED = {"chunked-and-cut", "gzipped-and-cut"}


@pytest.mark.parametrize("name", SERVERS)
def test_no_server_can_make_the_suite_tell_the_key(name: str, tmp_path: Path) -> None:
    with Sandbox(fault=SERVERS[name], key=KEY) as sandbox:
        options = ("--target", sandbox.url, "--fail-on-warning", *LOUD, *FEW)
        result = run_warm(tmp_path, *options, key=KEY)
    assert_tight(result)
    assert (tmp_path / "report.html").is_file(), result.output[-1000:]
    if name in UNANSWERED:
        assert result.status == 75
    else:
        assert result.status == 1
        if "no-http" not in name:
            broken = {each["requirement"] for each in result.record["findings"]}
            assert ECHOES in broken


CRASHES = {
    "asking": (
        "test_balance.py",
        "    read(ask)",
        "    key = ask.run.client._key.whole\n    assert key == 'another', f'{key} is wrong'\n"
        "    read(ask)",
    ),
    "importing": (
        "test_validation.py",
        "pytestmark = ",
        f"import os\nSECRET = os.environ['{RYE.key_variable}']\n"
        "raise RuntimeError(SECRET)\npytestmark = ",
    ),
    "a hook": (
        "conftest.py",
        "",
        "import os\n\n\ndef pytest_runtest_logreport(report):\n"
        f"    key = os.environ['{RYE.key_variable}']\n    raise RuntimeError(key)\n",
    ),
    "printing": (
        "test_balance.py",
        "    read(ask)",
        "    print(ask.run.client._key.whole)\n    assert 0\n    read(ask)",
    ),
}


def crashing(name: str, folder: Path) -> Path:
    """Copy the suite and put a crash into it."""
    module, old, new = CRASHES[name]
    suite = copy_suite(folder)
    place = suite / module
    text = place.read_text("utf-8") if place.exists() else ""
    assert old in text
    place.write_text(text.replace(old, new, 1), "utf-8")
    return suite


@pytest.mark.parametrize("name", CRASHES)
def test_no_crash_of_the_suite_tells_the_key(name: str, tmp_path: Path) -> None:
    suite = crashing(name, tmp_path / "copy")
    with Sandbox(key=KEY) as sandbox:
        options = ("--target", sandbox.url, *LOUD)
        result = run_warm(tmp_path / "reports", *options, key=KEY, suite=suite)
    assert result.status in {2, 3}, result.output[-1500:]
    assert_tight(result)


def test_a_process_of_its_own_leaves_the_key_nowhere(tmp_path: Path) -> None:
    """Caches, example databases and both streams; every server's trick that goes in one answer."""
    suite = crashing("asking", tmp_path / "copy")
    tricks = answering("tricks", lambda a, c: _gzipped(_in_fields(a, c), c))
    signing = "Yw6HbN3tQx8VzE5k"
    with Sandbox(fault=tricks, key=KEY) as sandbox:
        env = environment(
            **{RYE.key_variable: KEY},
            HYPOTHESIS_STORAGE_DIRECTORY=str(tmp_path / "hypothesis"),
            SIGNING_KEY=signing,
        )
        options = ("-m", "billing", "-o", f"cache_dir={tmp_path / 'cache'}", *LOUD)
        target = ("--target", sandbox.url, "--sign-key-env", "SIGNING_KEY")
        place = (
            "--report-dir",
            str(tmp_path / "reports"),
            "-p",
            "contracts.plugin.plugin",
            str(suite),
        )
        result = end_of(start_process("-m", "pytest", *options, *target, *place, env=env), tmp_path)
    assert "AssertionError" in result.output
    assert result.status == 1, result.output[-1500:]
    assert (tmp_path / "reports/report.html").is_file()
    assert (tmp_path / "cache").is_dir()
    assert_tight(result)
    everything = [result.output.encode("utf-8", "surrogateescape")]
    everything += [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    assert not any(signing[at : at + 8].encode() in d for d in everything for at in range(9))


def test_unusable_settings_do_not_repeat_what_was_given(tmp_path: Path) -> None:
    for options in (("--target", f"https://{KEY}"), ("--target", f"https://x:{SECRET}@a.example")):
        result = run_warm(tmp_path / "reports", *options, key=KEY)
        assert result.status == 4
        assert leaks(result.output.encode()) == set()


def test_the_record_shows_masks_where_the_key_was(tmp_path: Path) -> None:
    with Sandbox(fault="200-repeats-key", key=KEY) as sandbox:
        result = run_warm(tmp_path, "--target", sandbox.url, key=KEY)
    [finding] = result.record["findings"]
    assert (finding["requirement"], finding["level"]) == (ECHOES, "SHOULD")
    assert "RYE/staging-" + "*" * len(SECRET) in json.dumps(result.record) + result.page or (
        "*" * len(SECRET) in b"".join(readings(tmp_path / "report.html")).decode("latin-1")
    )
