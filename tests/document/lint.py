"""The rules that the wording and the sources of a catalogue keep."""

from __future__ import annotations

import json
import re
from typing import Final

from contracts.document.catalogue import Catalogue
from contracts.document.document import DocumentError
from contracts.document.operation import Operation
from contracts.document.requirements import Requirement

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)")
_MODAL: Final = re.compile(r"\b(?:must|should)\b", re.IGNORECASE)
LONGEST_SENTENCE: Final = 160
"""Characters: one line of a report."""


def lint(catalogue: Catalogue) -> list[str]:
    """Hold a catalogue against its own rules of wording and against its document.

    What keeps a catalogue from being used at all (an unknown key or level, a source that is both
    or neither) `Catalogue.load` refuses.
    """
    complaints: list[str] = []
    sentences: dict[str, str] = {}
    for name, requirement in catalogue.requirements.items():
        found = [*_lint_words(requirement), *_lint_source(requirement, catalogue.operation)]
        twin = sentences.setdefault(requirement.sentence, name)
        if twin != name:
            found.append(f"the sentence is that of {twin}")
        status = requirement.schema_of
        if status is not None and not _has_schema(catalogue.operation, status):
            found.append(f"schema_of: the document describes no body for {status}")
        complaints += [f"{catalogue.path}: [requirement.{name}] {each}." for each in found]
    return complaints


def _has_schema(operation: Operation, status: str) -> bool:
    """Whether the document describes bodies for a status, or under a key such as 4XX."""
    if status.isdecimal():
        return operation.validator(int(status)) is not None
    described = operation.responses.get(status)
    return described is not None and described.json_schema is not None


def _lint_words(requirement: Requirement) -> list[str]:
    found = []
    sentence = requirement.sentence
    if not _SLUG.fullmatch(requirement.id):
        found.append("the id is no slug of lower-case words")
    if not sentence[:1].isupper():
        found.append("the sentence does not begin with a capital")
    if not sentence.endswith(".") or _SENTENCE_END.search(sentence[:-1]):
        found.append("the sentence is not exactly one, with a full stop")
    if len(sentence) > LONGEST_SENTENCE:
        found.append(f"the sentence has {len(sentence)} characters, more than {LONGEST_SENTENCE}")
    if _MODAL.search(sentence):
        found.append("the sentence says must or should, which is for the level to say")
    return found


def _lint_source(requirement: Requirement, operation: Operation) -> list[str]:
    if requirement.pointer is None:
        sound = requirement.source_url is not None
        return [] if sound else [f"rfc: {requirement.source!r} is not like 'RFC 9110 §15.5.2'"]
    try:
        there = operation.resolve(requirement.source)
    except DocumentError as error:
        return [f"pointer: {str(error).removesuffix('.')}"]
    text = there if isinstance(there, str) else json.dumps(there, ensure_ascii=False, default=str)
    if requirement.quote is None or requirement.quote in text:
        return []
    return [f"quote: {requirement.quote!r} does not stand at {requirement.source}"]
