"""Packs of entries of the corpus.

A response that HTTP allows only for an oddity clears no member. Therefore all members of a pack
have the same oddities, and those whose alternatives would mask the others are sent alone or in
pairs that do not mask each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

from contracts.http.allowed import PADDING_PREFIX, Oddity
from contracts.http.api_profile import ApiProfile
from contracts.probes.headers.corpus import corpus
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.headers.permitted import METHOD_OVERRIDES
from contracts.probes.pack import Pack, fill

PACK_BYTES = 3200
"""Size limit of a pack's field lines; with the plain and the proxies' it is not oversized."""

MASKING = frozenset(
    {
        Oddity.PRECONDITION,
        Oddity.RANGE,
        Oddity.NEGOTIATION,
        Oddity.EXPECT,
        Oddity.ONLY_IF_CACHED,
        Oddity.PREFER,
        Oddity.EARLY_DATA,
        Oddity.OVERSIZED,
    }
)
"""Oddities that conforming servers do answer in a way of their own, whatever else was sent."""

# In each of these, a server that evaluates one member goes on to the next.
_TOGETHER = (
    ("if-match-star", "if-none-match-other"),
    ("if-unmodified-since-future", "if-modified-since-past"),
    ("if-none-match-unquoted", "if-unmodified-since-junk"),
    ("if-match-unbalanced", "if-modified-since-junk"),
    ("accept-language-foreign", "accept-charset-utf-16"),
    ("accept-encoding-junk", "accept-language-junk", "accept-charset-junk"),
)

# Without a key neither 412 nor 304 is allowed, so neither masks the other.
_TOGETHER_WITHOUT_KEY = (("if-match-other", "if-modified-since-future"),)

# Worth a request without a key, to provoke a stored or partial balance, another renderer, or a
# parser that gives up.
_MASKING_WITHOUT_KEY = frozenset(
    {
        "if-none-match-star",
        "if-match-other",
        "if-modified-since-future",
        "range-first-bytes",
        "accept-all-but-json",
        "value-7-kb",
        "fields-60",
        "accept-language-foreign",
    }
)
_TRUSTED_ADDRESSES = frozenset({b"127.0.0.1", b"10.0.0.1", b"192.168.1.1"})
_PLAIN_WITHOUT_KEY = frozenset({"accept-browser", "accept-encoding-all"})

# A request that became a preflight, or whose method was overridden, never tests the other members.
_INTERFERING = (
    METHOD_OVERRIDES,
    frozenset(
        {
            b"origin",
            b"access-control-request-method",
            b"access-control-request-headers",
            b"access-control-request-private-network",
        }
    ),
)

_TELLING_WITH_KEY = (
    Group.NEGOTIATION,
    Group.CONDITIONAL,
    Group.FORWARDING,
    Group.BROWSER,
    Group.TRACING,
    Group.APPLICATION,
    Group.CONTENT,
    Group.TRUST,
    Group.NAME,
    Group.VALUE,
    Group.BYTES,
    Group.SHAPE,
    Group.INJECTION,
)
_TELLING_WITHOUT_KEY = (
    Group.TRUST,
    *(group for group in _TELLING_WITH_KEY if group is not Group.TRUST),
)


@lru_cache(maxsize=8)
def packs(
    api: ApiProfile,
    host: str,
    path: str,
    key_field: bytes = b"authorization",
    *,
    with_key: bool,
    extended: bool = False,
) -> tuple[Pack, ...]:
    """Return the packs of a profile, most revealing first, those that look like attacks last.

    Arguments:
        api: the API.
        host: the target's own host and port.
        path: the operation's path.
        key_field: the field (lower case) that carries the key: no pack sets it.
        with_key: whether they are sent with the valid key, when servers answer oddities in ways
            of their own; without a key servers refuse first, so that larger packs are possible.
        extended: whether the profile is nightly: the whole corpus, each oddity alone and the
            others in fours.
    """
    entries = [e for e in corpus(api, host, path) if extended or not e.nightly]
    entries = [e for e in entries if key_field not in e.names]
    if not extended:
        worth = _worth_with_key if with_key else _worth_without_key
        entries = [e for e in entries if worth(e)]
    if not extended and not with_key:
        entries = _first_malformed_of_each_name(entries)
    most = 4 if extended else 24 if with_key else 38
    telling = _TELLING_WITH_KEY if with_key else _TELLING_WITHOUT_KEY
    entries.sort(key=lambda e: telling.index(e.group))
    together: list[list[Entry]] = []
    apart = {Group.TRUST, Group.NEGOTIATION} if with_key else {Group.TRUST}
    pairs = _TOGETHER if with_key else _TOGETHER_WITHOUT_KEY
    for suite in _suites(entries, apart, None if extended else pairs):
        in_pairs = with_key and suite[0].group is Group.NEGOTIATION and not suite[0].oddities
        together.extend(fill(suite, partial(_has_room, most=2 if in_pairs else most)))
    together.sort(key=lambda m: (m[0].attack, _closes(m[0]), telling.index(m[0].group)))
    return _named(together)


LONG_LINES = 3
"""Long field lines that a pack may have: they use up small buffers fastest."""


def lines_to_bear(packs: Iterable[Pack]) -> list[int]:
    """Return the lengths in bytes of field lines that a server must accept for all these packs.

    Arguments:
        packs: the packs to be sent.
    """
    usual = [pack for pack in packs if Oddity.OVERSIZED not in pack.oddities]
    lengths = [len(name) + len(value) + 4 for pack in usual for name, value in pack.fields]
    longest = sorted(lengths, reverse=True)[:LONG_LINES]
    count = max(len(pack.fields) for pack in usual) - len(longest)
    rest = max(pack.size for pack in usual) - sum(longest)
    return [*longest, *[max(rest // count, 16)] * count]


def padding(lengths: Sequence[int]) -> Pack:
    """Make a pack of fields that no API reads: a refusal of it is about its size.

    Arguments:
        lengths: of its field lines, in bytes.
    """
    entries = []
    for number, length in enumerate(lengths, start=1):
        name = PADDING_PREFIX + b"%d" % number
        value = b"x" * max(length - len(name) - 4, 1)
        entries.append(Entry(f"padding {number}", Group.SHAPE, ((name, value),)))
    return Pack(f"padding of {sum(lengths)} bytes", tuple(entries))


def _worth_with_key(entry: Entry) -> bool:
    """Whether the default profile sends it with the key.

    A request with the key gains nothing from an address of this machine or of a proxy; codings
    are offered one by one.
    """
    local = all(value in _TRUSTED_ADDRESSES for _, value in entry.fields)
    return not local and entry.slug != "accept-encoding-all"


def _worth_without_key(entry: Entry) -> bool:
    if MASKING & entry.oddities:
        return entry.slug in _MASKING_WITHOUT_KEY
    if entry.group in {Group.NEGOTIATION, Group.SHAPE}:
        return entry.slug in _PLAIN_WITHOUT_KEY
    if entry.oddities == {Oddity.CONTENT_KIND}:  # without content, not read before the key
        return False
    return not (Oddity.MALFORMED in entry.oddities and len(entry.oddities) > 1)


def _first_malformed_of_each_name(entries: Iterable[Entry]) -> list[Entry]:
    """Drop malformed fields that would need a second pack, as their name is taken in the first."""
    seen: set[bytes] = set()
    kept = []
    for entry in entries:
        if Oddity.MALFORMED in entry.oddities and not entry.attack:
            if not seen.isdisjoint(entry.names):
                continue
            seen |= entry.names
        kept.append(entry)
    return kept


def _closes(entry: Entry) -> bool:
    """Whether a server may refuse the entry by closing the connection, so that it is sent late."""
    return Oddity.OVERSIZED in entry.oddities


def _suites(
    entries: Iterable[Entry], apart: set[Group], together: tuple[tuple[str, ...], ...] | None
) -> list[list[Entry]]:
    """Split entries into lots whose members may share packs, in their order.

    Those that mask share one only if `together` says so; None keeps every odd entry alone.
    """
    pairs = {slug: f"together {slugs[0]}" for slugs in together or () for slug in slugs}
    lots: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        key: tuple[object, ...] = (entry.attack, *sorted(entry.oddities))
        if not entry.oddities:
            # Addresses of this machine lose their meaning next to a chain of proxies.
            key += (entry.group if entry.group in apart else "",)
        elif together is None:
            key += (entry.slug,)
        elif MASKING & entry.oddities:
            key += (pairs.get(entry.slug, entry.slug),)
        lots.setdefault(key, []).append(entry)
    return list(lots.values())


def _has_room(members: Sequence[Entry], entry: Entry, most: int) -> bool:
    """Whether a pack may take one more entry: each name only once, and within the limits."""
    if len(members) >= most or any(len(m.fields) > 40 for m in (*members, entry)):
        return False
    names = frozenset[bytes]().union(*(member.names for member in members))
    first, second = _INTERFERING
    interfering = (names & first and entry.names & second) or (
        names & second and entry.names & first
    )
    size = sum(len(n) + len(v) + 4 for m in (*members, entry) for n, v in m.fields)
    return not names & entry.names and not interfering and size <= PACK_BYTES


def _named(together: Iterable[list[Entry]]) -> tuple[Pack, ...]:
    numbers: Counter[str] = Counter()
    made = []
    for members in together:
        if len(members) == 1:
            made.append(Pack(members[0].slug, tuple(members)))
            continue
        odd = sorted(members[0].oddities)
        groups = Counter(str(member.group) for member in members)
        kind = " and ".join(odd) if odd else groups.most_common(1)[0][0]
        if members[0].attack:
            kind = f"attack-like {kind}" if odd else "attack-like values"
        numbers[kind] += 1
        made.append(Pack(f"{kind} {numbers[kind]}", tuple(members)))
    return tuple(made)
