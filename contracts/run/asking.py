"""How a probe family sends: single probes, and packs that are split to isolate the culprit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from unittest import SkipTest

from contracts.document.operation import Operation
from contracts.document.plain_request import Variation
from contracts.document.requirements import Level
from contracts.http.allowed import is_attack_shaped
from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Credential, Field, Probe, is_http
from contracts.judging.defects import Signature
from contracts.judging.environment import is_dropped, trouble
from contracts.judging.expectation import expect
from contracts.judging.troubles import ROUNDS, carriers, request_key
from contracts.probes.credentials import DEFAULT, EXTENDED, RECIPES, family_of
from contracts.probes.generated import FEW_CASES, GENERATED, GENERATED_CASE, parts_of
from contracts.probes.headers.entry import Entry, Group
from contracts.probes.headers.packs import lines_to_bear, packs, padding
from contracts.probes.pack import Pack, split
from contracts.probes.wire import Wire
from contracts.run.doubts.dropped import confirm_dropped
from contracts.run.doubts.endings import doubt
from contracts.run.doubts.firewalls import count_blocked, doubt_a_firewall
from contracts.run.run import Run, Skipped

SMALLEST_CAPACITY = 300
"""Bytes of field lines that a server must accept for packs to be worth sending."""


class NothingMoreError(SkipTest):
    """A family has nothing more to send; once raised, Hypothesis makes no further examples."""


class Asker:
    """Sends the requests of one probe family.

    Arguments:
        run: the run that sends and judges.
        family: the family's readable name.
    """

    def __init__(self, run: Run, family: str) -> None:
        self.run = run
        self.family = family
        self._reduction = run.reduction
        self._names: Counter[str] = Counter()

    @property
    def operation(self) -> Operation:
        """The operation under test."""
        return self.run.judge.catalogue.operation

    def __call__(
        self,
        recipe: str = "valid",
        *,
        name: str | None = None,
        fields: Sequence[Field] = (),
        query: bytes | None = None,
        alone: bool = False,
        body: bytes | None = None,
        fresh: bool = False,
        wire: bytes | None = None,
        attempts: int | None = None,
        further: bool = False,
        path: str | None = None,
    ) -> Exchange | Skipped:
        """Send one probe.

        Arguments:
            recipe: slug of the credential recipe.
            name: the probe's name; None for the recipe's slug.
            fields: header fields in addition to the plain request's.
            query: the query component, added to the plain request's.
            alone: whether the query replaces the plain request's.
            body: the content.
            fresh: whether to open a new connection.
            wire: template of a request that no HTTP client would send.
            attempts: the most attempts; None for the run's allowance.
            further: whether it follows up an answer, rather than being planned.
            path: the path after the base URL; None for the plain request's.
        """
        made = GENERATED if recipe == GENERATED.slug else RECIPES[recipe]
        name = name or recipe
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name} #{self._names[name]}"
        probe = Probe(
            name=name,
            family=self.family,
            recipe=recipe,
            credential=made.credential,
            fields=tuple(fields),
            query=query if query is None or alone else self.operation.plain.beside(query),
            body=body,
            fresh=fresh,
            wire=wire,
            attack=made.attack,
            near=made.near,
            path=path,
        )
        if self.run.firewall_drops and (made.attack or is_attack_shaped(probe.fields, query)):
            attempts = 1  # the firewall drops every attempt
        send = self.run.ask_further if further else self.run.ask
        asked = send(probe, attempts)
        if isinstance(asked, Exchange):
            doubt_a_firewall(self.run, asked, self.family)
        doubt(self.run, self.family)
        return asked

    def variations(self, variations: Mapping[str, Variation], recipe: str = "valid") -> None:
        """Send variations of the plain request, one by one.

        Arguments:
            variations: some of `operation.plain`'s, by slug.
            recipe: slug of the credential recipe.
        """
        for slug, each in variations.items():
            what: dict[str, Any] = {"fields": each.fields, "query": each.query, "path": each.path}
            self(recipe, name=each.named(slug), alone=True, **what)

    def measure(self, packs: Sequence[Pack], recipe: str = "valid") -> None:
        """Find out how much the target accepts in one request, so that no pack exceeds it.

        Sends as many bytes and lines as the largest pack has, in fields that no API reads; while
        they are refused, drops every second line.

        Arguments:
            packs: the packs to be sent.
            recipe: slug of the credential recipe.
        """
        lengths = lines_to_bear(packs)
        usual = {
            exchange.response.status
            for exchange in self.run.raw.values()
            if exchange.probe.plain and exchange.probe.recipe == recipe
        }
        while len(lengths) > 1 and sum(lengths) > SMALLEST_CAPACITY:
            exchange = self._send(padding(lengths), recipe)
            if isinstance(exchange, Skipped) or exchange.response.status in usual:
                return  # same status as the plain request's: size makes no difference
            if exchange.fault is None and exchange.response.status not in {400, 413, 431}:
                break
            lengths = lengths[::2]
            self.run.capacity = sum(lengths)

    def pack(self, pack: Pack, recipe: str = "valid") -> None:
        """Send a pack, and split it if its answer does not clear its members.

        Arguments:
            pack: fields or parameters that are sent together.
            recipe: slug of the credential recipe.
        """
        if pack.size > self.run.capacity and len(pack.members) > 1:
            for part in split(pack):
                self.pack(part, recipe)
            return
        exchange = self._send(pack, recipe, attempts=2 if self.run.suspects else None)
        if isinstance(exchange, Skipped):
            return
        if trouble(exchange) is not None:
            self._reduce_dropped(pack, recipe, exchange)
            return
        shown = self.run.shows_beside_plain(exchange)
        unexplained = [s for s in sorted(shown) if not self._reduction.explains(s, pack)]
        for signature in unexplained:
            self._reduce(pack, recipe, signature)
        if not shown and len(pack.members) > 1 and self._says_little(pack, exchange):
            self._clear(pack, recipe)

    def wire(self, wire: Wire) -> None:
        """Send a raw-socket request, and repeat it if the plain request after it fails.

        Arguments:
            wire: the request.
        """
        for number in range(1, ROUNDS + 1):
            name = wire.slug if number == 1 else f"{wire.slug}, round {number}"
            self(wire.recipe, name=name, wire=wire.template, fresh=True)
            if is_http(wire.template):
                return
            behind = self("valid", name=f"valid behind {name}", fresh=True)
            if isinstance(behind, Skipped) or behind.attempt == 1:
                return

    def confirm(self) -> None:
        """Repeat probes that were sent once and showed a defect, to see whether it is steady.

        A bad replica behind a good API shows its defect in whatever it happens to answer; without
        a repeat, that probe would be blamed and the defect would look steady.
        """
        doubt(self.run, self.family, enough=1)
        count_blocked(self.run, self.family)
        for defect in list(self.run.ledger.family_defects(self.family)):
            exchange = self.run.exchanges[defect.finding.exchange]
            must = self.run.level(defect.finding.requirement) is Level.MUST
            alone = self.run.ledger.sightings(defect) == (1, 1)
            if must and alone and self._reduction.confirming > 0:
                self._reduction.confirming -= 1
                self.run.ask(replace(exchange.probe, name=f"{exchange.probe.name}, again"))

    def confirm_dropped(self) -> None:
        """Repeat dropped requests, to tell a crash from trouble in the environment."""
        confirm_dropped(self.run, self.family)

    def packs(self, *, with_key: bool, extended: bool) -> tuple[Pack, ...]:
        """Return the corpus's packs, made for the target's own host and path.

        Arguments:
            with_key: whether they are sent with the valid key.
            extended: whether for the nightly profile.
        """
        client, key = self.run.client, self.operation.scheme.name
        given = client.api, client.authority, client.path, key
        return packs(*given, with_key=with_key, extended=extended)

    def _clear(self, pack: Pack, recipe: str) -> None:
        """Send the halves of a pack whose answer says little about its members."""
        for part in split(pack):
            if self._reduction.clearing > 0:
                self._reduction.clearing -= 1
                self.pack(part, recipe)

    def fields(self, fields: Sequence[Field], recipe: str = "valid") -> None:
        """Send any legal fields as a pack, each as one member.

        Arguments:
            fields: names and values.
            recipe: slug of the credential recipe.
        """
        key = self.operation.scheme.name  # the credential's own field must not be sent twice
        fields = [(b"X-Probe" if name.lower() == key else name, value) for name, value in fields]
        given = enumerate(fields)
        entries = tuple(Entry(f"{RANDOM}, field {n}", Group.VALUE, (each,)) for n, each in given)
        self.pack(Pack(RANDOM, entries), recipe)

    def case(self, case: Any) -> Exchange | Skipped:
        """Send a case that schemathesis made; any credentials it made up count as wrong ones.

        An operation without parameters has few distinct cases, so no more than three are sent.

        Arguments:
            case: a case of the operation.

        Raises:
            NothingMoreError: the operation has no more cases.
        """
        name = GENERATED_CASE
        if not self.operation.query_parameters and self._names[name] >= FEW_CASES:
            raise NothingMoreError("an operation without parameters has no more cases")
        has_credentials, fields, query = parts_of(case, self.operation)
        recipe = "in-fields" if has_credentials else "valid"
        return self(recipe, name=name, fields=fields, query=query, alone=True)

    def cookies(self) -> bytes | None:
        """Return the Cookie field value for the cookies set in answers to the valid key."""
        right = (e for e in self.run.exchanges.values() if e.probe.credential is Credential.VALID)
        lines = [line for exchange in right for line in exchange.response.values("set-cookie")]
        pairs = dict.fromkeys(line.partition(";")[0].strip() for line in lines)
        kept = [pair for pair in pairs if len(pair) <= 4096][:50]  # limits of RFC 6265 §6.1
        return "; ".join(kept).encode("latin-1") or None

    def cases(self) -> Any:
        """Return the Hypothesis strategy for schemathesis's cases of the operation."""
        from contracts.judging.second_oracle import oracle_for  # noqa: PLC0415 - costs 0.3 s

        return oracle_for(self.operation).cases()

    def recipes(self, family: str, *, extended: bool) -> list[str]:
        """List a family's recipes that can be built from this run's key.

        Arguments:
            family: one of the lattice's families.
            extended: whether for the nightly profile.
        """
        slugs = [slug for slug in (EXTENDED if extended else DEFAULT) if family_of(slug) == family]
        return self.run.client.applicable(slugs)

    def _send(self, pack: Pack, recipe: str, **how: Any) -> Exchange | Skipped:
        name = pack.name if pack.query is None else f"query {pack.name}"
        return self(recipe, name=name, fields=pack.fields, query=pack.query, **how)

    def _says_little(self, pack: Pack, exchange: Exchange) -> bool:
        if exchange.number not in self.run.judgements:
            return False
        status, expectation = exchange.response.status, expect(exchange, self.operation)
        return expectation.says_little(status, served=pack.served)

    def _reduce(self, pack: Pack, recipe: str, signature: Signature) -> None:
        """Split a failing pack down to the smallest part that still fails."""
        shown_again = False
        while len(pack.members) > 1:
            for part in split(pack):
                if self._shows(part, recipe, signature):
                    pack, shown_again = part, True
                    break
            else:
                break
        if not shown_again and not self._shows(pack, recipe, signature):
            self._reduction.blame(signature, None)
            return
        if RECIPES[recipe].credential is Credential.WRONG:
            self._shows(pack, "absent", signature)  # without a key, a shell can repeat it
        if len(pack.members) == 1:
            pack = self._simplify(pack, recipe, signature)
        self._reduction.blame(signature, pack)

    def _reduce_dropped(self, pack: Pack, recipe: str, exchange: Exchange) -> None:
        """Split a dropped pack down to the smallest part that is still dropped.

        Only that part is repeated at the end of the run, and named if it is dropped each time.
        """
        if self.run.suspects.pop(request_key(exchange.probe), None) is None:
            return
        suspected = (carriers(probe) for probe in self.run.suspects.values())
        if any(names and names <= carriers(exchange.probe) for names in suspected):
            return  # an earlier suspect already explains it
        suspect = exchange.probe
        parts = split(pack)
        while parts and self._reduction.minimising > 0:
            part = parts.pop(0)
            self._reduction.minimising -= 1
            asked = self._send(part, recipe, attempts=1, further=True)
            if isinstance(asked, Exchange) and is_dropped(asked):
                self.run.suspects.pop(request_key(asked.probe), None)
                suspect, parts = asked.probe, split(part)
        self.run.suspects[request_key(suspect)] = suspect

    def _simplify(self, pack: Pack, recipe: str, signature: Signature) -> Pack:
        """Find out whether the culprit's name or its value is to blame."""
        for simpler in pack.members[0].simpler():
            simple = Pack(simpler.slug, (simpler,))
            if self._shows(simple, recipe, signature):
                return simple
        return pack

    def _shows(self, pack: Pack, recipe: str, signature: Signature) -> bool:
        if self._reduction.minimising <= 0:
            return False
        self._reduction.minimising -= 1
        exchange = self._send(pack, recipe, further=True)
        return isinstance(exchange, Exchange) and signature in self.run.shows(exchange)
