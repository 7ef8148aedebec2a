"""The encoding of a JSON text: UTF-8 without a byte order mark (RFC 8259 §8.1), or another."""

from __future__ import annotations

from dataclasses import dataclass

_MARKS = (  # the longer marks first: UTF-32's little-endian one begins with UTF-16's
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_NULLS = (  # a JSON text begins with an ASCII character
    ((True, True, True, False), "utf-32-be"),
    ((False, True, True, True), "utf-32-le"),
    ((True, False), "utf-16-be"),
    ((False, True), "utf-16-le"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON text as characters.

    Arguments:
        characters: the text without a byte order mark.
        codec: the codec that decoded it.
        skipped: bytes before its first character.
        problems: what is wrong with its encoding: byte offsets, each with a description.
    """

    characters: str
    codec: str = "utf-8"
    skipped: int = 0
    problems: tuple[tuple[int, str], ...] = ()

    def offset(self, position: int) -> int:
        """The offset of the byte at which a character begins.

        Arguments:
            position: index of the character.
        """
        before = self.characters[:position].encode(self.codec, "surrogatepass")
        return self.skipped + len(before)


def read_text(data: bytes) -> Text:
    """Decode a JSON text in any Unicode encoding, so that its other problems can be reported too.

    Arguments:
        data: the bytes of the text, after content decoding.
    """
    try:
        characters = data.decode()
    except UnicodeDecodeError:
        return _otherwise(data)
    if characters[:1] == "\ufeff" or "\0" in characters[:4]:
        return _otherwise(data)
    return Text(characters)


def _otherwise(data: bytes) -> Text:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            words = f"the text is {codec[:6].upper()} with a byte order mark, not UTF-8"
            characters = data[len(mark) :].decode(codec, "replace")
            return Text(characters, codec, len(mark), ((0, words),))
    nulls = tuple(byte == 0 for byte in data[:4])
    for pattern, codec in _NULLS:
        if nulls[: len(pattern)] == pattern and len(data) % len(pattern) == 0:
            words = f"the text is {codec[:6].upper()}, not UTF-8"
            return Text(data.decode(codec, "replace"), codec, 0, ((0, words),))
    problems, skipped = [], 0
    if data.startswith(b"\xef\xbb\xbf"):
        problems, skipped = [(0, "the text begins with a byte order mark")], 3
    try:
        return Text(data[skipped:].decode(), "utf-8", skipped, tuple(problems))
    except UnicodeDecodeError as error:
        offset = skipped + error.start
        problems.append((offset, f"byte 0x{data[offset]:02X} is not UTF-8 here ({error.reason})"))
    # Latin-1 maps each byte to one character, so that positions remain byte offsets.
    return Text(data[skipped:].decode("latin-1"), "latin-1", skipped, tuple(problems))
