"""JSON texts, read as strictly as RFC 8259 and RFC 7493 define them."""

from contracts.http.json_text.strict import JsonProblem, JsonProblemKind, problems

__all__ = ["JsonProblem", "JsonProblemKind", "problems"]
