"""Resources that belong to others, need no key, or don't exist but are served anyway."""

from __future__ import annotations

from contracts.sandbox.catalogue.build import also, fault, on
from contracts.sandbox.catalogue.effects import crash
from contracts.sandbox.catalogue.operations.asked import as_if_admitted, as_if_for
from contracts.sandbox.generated.api import Generated
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer


def _somebody_else_s(answer: Answer, _: Context) -> Answer:
    return answer.editing(
        lambda body: (
            {**body, "id": f"{body['id']}0"} if isinstance(body, dict) and "id" in body else body
        )
    )


def _not_found_first(answer: Answer, context: Context) -> Answer:
    """Tells anyone which resources do not exist."""
    found = as_if_admitted(answer, context)
    return found if found.status == 404 else answer


def _is_another(context: Context) -> bool:
    """Requests for any resource but the first."""
    api, path = context.run.api, context.request.target.partition(b"?")[0]
    return isinstance(api, Generated) and path != _path(api).encode("latin-1")


def _path(api: Generated) -> str:
    return api.example.partition("?")[0]


FAULTS = (
    fault(
        "not-found-for-all",
        "What does not exist is told without a key too.",
        "refusal-is-401",
        on(401, _not_found_first),
    ),
    fault(
        "not-found-as-text",
        "The 404 is a text in JSON.",
        "status-404-schema",
        on(404, lambda answer, _: answer.with_body(b'"Not Found"')),
    ),
    fault(
        "not-found-fails",
        "The server fails where a resource does not exist.",
        "no-server-error",
        on(404, crash()),
    ),
    fault(
        "not-found-is-the-first",
        "For a resource that does not exist, the first one is served.",
        "unknown-resource-gets-404",
        on(404, as_if_for(_path)),
    ),
    fault(
        "first-for-all",
        "Whichever resource is asked, the first one is served.",
        "answer-is-for-the-request",
        on(200, as_if_for(_path)),
    ),
    fault(
        "others-are-open",
        "Every resource but the first one needs no key.",
        "bad-key-is-refused",
        admits=also(_is_another),
    ),
    fault(
        "somebody-elses",
        "What is served has another id than was asked for.",
        "answer-is-for-the-request",
        on(200, _somebody_else_s),
    ),
)
