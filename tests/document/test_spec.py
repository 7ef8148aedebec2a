"""The published document: unchanged, and valid by OpenAPI's own schema."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from contracts.document.document import Document

SPEC = Path(__file__).parents[2] / "spec"


def test_the_bytes_are_those_that_were_published():
    provenance = tomllib.loads((SPEC / "provenance.toml").read_text())
    assert Document.load(SPEC / "openapi.yaml").sha256 == provenance["sha256"]
    assert provenance["document"].startswith("https://")
    assert isinstance(provenance["retrieved"], date)


def test_the_operation_is_the_one_that_was_retrieved():
    provenance = tomllib.loads((SPEC / "provenance.toml").read_text())
    method, path = provenance["operation"].split()
    operation = Document.load(SPEC / "openapi.yaml").operation(path, method)
    assert operation.resolve("@operation/operationId") == "GetBalance"


def test_the_document_is_valid_openapi():
    document, _ = read_from_filename(str(SPEC / "openapi.yaml"))
    validate(document)
