"""Faults in the media type of an otherwise correct body."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import chain, fault, on
from contracts.sandbox.catalogue.effects import dropping, field, html_body, media, xml_body
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.message import Answer

_LABELS = {
    200: {
        "text-html": "text/html; charset=utf-8",
        "text-plain": "text/plain",
        "text-json": "text/json",
        "text-javascript": "text/javascript",
        "application-xml": "application/xml",
        "octet-stream": "application/octet-stream",
        "x-json": "application/x-json",
        "json-api": "application/vnd.api+json",
        "hal": "application/hal+json",
        "json-seq": "application/json-seq",
        "ndjson": "application/x-ndjson",
        "json-patch": "application/json-patch+json",
        "anything": "*/*",
        "half-a-type": "application/",
        "no-slash": "json",
        "comma": "application/json, text/html",
        "nothing": "",
    },
    401: {
        "text-html": "text/html; charset=utf-8",
        "text-plain": "text/plain; charset=utf-8",
        "problem": "application/problem+json",
        "application-xml": "application/xml",
        "no-slash": "json",
    },
    422: {
        "text-html": "text/html",
        "text-plain": "text/plain",
        "problem": "application/problem+json",
        "form": "application/x-www-form-urlencoded",
    },
}


def _labelled(status: int, slug: str, label: str) -> Fault:
    words = f"The {status} is labelled {label or 'with an empty media type'}."
    return fault(
        f"{status}-labelled-{slug}", words, "content-type-is-json", on(status, media(label))
    )


def _twice(answer: Answer, _context: object) -> Answer:
    return answer.adding("Content-Type", "text/html")


def _unlabelled(status: int) -> Effect:
    return on(status, dropping("Content-Type"))


_JSON = "content-type-is-json"

FAULTS = (
    *(_labelled(status, *pair) for status, labels in _LABELS.items() for pair in labels.items()),
    fault("200-unlabelled", "The 200 has no Content-Type.", _JSON, _unlabelled(200)),
    fault("401-unlabelled", "The 401 has no Content-Type.", _JSON, _unlabelled(401)),
    fault("422-unlabelled", "The 422 has no Content-Type.", _JSON, _unlabelled(422)),
    fault(
        "200-labelled-twice",
        "The 200 has two Content-Type fields that differ.",
        _JSON,
        on(200, _twice),
    ),
    fault("401-as-html", "The 401 is an HTML page.", _JSON, on(401, html_body)),
    fault("422-as-html", "The 422 is an HTML page.", _JSON, on(422, html_body)),
    fault("200-as-xml", "The 200 is an XML document.", _JSON, on(200, xml_body)),
    fault(
        "401-labelled-nosniff-text",
        "The 401 is text that must not be sniffed.",
        _JSON,
        on(401, chain(media("text/plain"), field("X-Content-Type-Options", "nosniff"))),
    ),
)
