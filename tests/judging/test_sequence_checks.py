"""Each check that spans exchanges by itself."""

from __future__ import annotations

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential
from contracts.judging.checks import SEQUENCE_CHECKS
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading
from tests.judging.exchanges import CATALOGUE, GOOD, REFUSED, answer, exchange


def sequence(requirement: str, *exchanges: Exchange) -> tuple[int, list[Finding]]:
    """What a check that spans exchanges says of them."""
    readings = [Reading(one, CATALOGUE.operation) for one in exchanges]
    observed, found = SEQUENCE_CHECKS[requirement](readings)
    return len(observed), list(found)


def test_the_same_request_is_decided_the_same_each_time() -> None:
    served = exchange(answer(200, GOOD), "random-key-1", number=2)
    refused = exchange(answer(401, REFUSED), "random-key-1", number=1)
    assert sequence("authentication-per-request", refused) == (0, [])
    assert sequence("authentication-per-request", refused, refused) == (1, [])
    observed, [found] = sequence("authentication-per-request", refused, served)
    assert (observed, found.exchange, found.found) == (1, 2, "served 1 of 2 times")
    strict = exchange(answer(401, REFUSED), number=4)
    _, [found] = sequence("authentication-per-request", exchange(answer(200, GOOD)), strict)
    assert (found.exchange, found.found) == (4, "refused 1 of 2 times")


def test_odd_requests_are_no_part_of_the_sequence() -> None:
    odd = exchange(answer(200, GOOD), "absent", query=b"a")
    assert sequence("authentication-per-request", exchange(answer(401), "absent"), odd)[1] == []


def test_refusals_do_not_tell_how_near_a_key_is() -> None:
    far = exchange(answer(401, REFUSED), "random-key-1")
    near = exchange(answer(401, REFUSED), "drop-last-character", near=True)
    told = exchange(
        answer(401, {**REFUSED, "message": "revoked"}), "drop-last-character", near=True, number=7
    )
    assert sequence("refusals-are-alike", far) == (0, [])
    assert sequence("refusals-are-alike", far, near) == (1, [])
    observed, [found] = sequence("refusals-are-alike", far, near, told)
    assert (observed, found.exchange) == (2, 7)
    first, _, second = found.found.partition(", where a random key gets 401 ")
    assert '"name": "AuthenticationError"' in first
    assert '"name": "AuthenticationError"' in second


def test_what_can_be_no_key_may_be_told_so() -> None:
    far = exchange(answer(401, REFUSED), "random-key-1")
    told = answer(401, {**REFUSED, "message": "malformed"})
    assert sequence("refusals-are-alike", far, exchange(told, "blank-inside", near=True))[1] == []
    longer = exchange(told, "append-character", near=True, fields=())
    assert sequence("refusals-are-alike", far, longer)[1] != []


def test_refusals_may_differ_in_numbers_and_where_they_always_do() -> None:
    def numbered(number: int, recipe: str, *, near: bool = False) -> Exchange:
        body = {**REFUSED, "message": f"request {number:08x} was refused"}
        return exchange(answer(401, body), recipe, near=near)

    alike = [numbered(1, "random-key-1"), numbered(2, "drop-last-character", near=True)]
    assert sequence("refusals-are-alike", *alike) == (1, [])
    fickle = [
        exchange(answer(401, {**REFUSED, "message": word}), recipe, near=recipe.startswith("drop"))
        for word, recipe in (("a", "random-key-1"), ("b", "random-key-2"), ("c", "drop-first"))
    ]
    assert sequence("refusals-are-alike", *fickle)[1] == []


def test_httplints_pinned_notes_are_warnings_and_no_others() -> None:
    date = "Last-Modified: yesterday"
    observed, found = sequence("message-lint", exchange(answer(200, GOOD, date)))
    assert observed == 1
    assert [each.where for each in found] == ["last-modified"]
    assert sequence("message-lint", exchange(answer(200, GOOD, "X-Powered-By: Express")))[1] == []


def test_what_only_repeats_the_request_is_no_fault_of_the_answer() -> None:
    received = answer(200, GOOD, "Access-Control-Max-Age: junk", "Last-Modified: yesterday")
    plain = exchange(received)
    echoed = exchange(received, fields=[(b"X-Age", b"junk")], query=b"at=yesterday")
    assert {each.where for each in sequence("message-lint", plain)[1]} == {
        "access-control-max-age",
        "last-modified",
    }
    assert sequence("message-lint", echoed)[1] == []


def test_header_sections_that_are_alike_are_linted_once() -> None:
    many = [exchange(answer(200, GOOD, f"X-Request-Id: {n}"), number=n) for n in range(1, 9)]
    assert sequence("message-lint", *many)[0] == 1


def test_a_blank_behind_the_key_is_a_matter_of_its_own() -> None:
    padded = exchange(answer(401, REFUSED), "valid-trailing-blank", Credential.VALID, number=2)
    served, refused = exchange(answer(200, GOOD)), exchange(answer(401, REFUSED))
    assert sequence("trailing-blank-is-trimmed", refused, padded) == (0, [])
    observed, [found] = sequence("trailing-blank-is-trimmed", served, padded)
    assert (observed, found.exchange) == (1, 2)
