"""The signing key: read from the variable that `--sign-key-env` names."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.http.target import SettingsError

MINIMUM_SIGN_KEY = 16
"""Characters that a signing key has at least; one that people can guess keeps nobody out."""


def read_sign_key(environ: Mapping[str, str], name: str | None) -> str | None:
    """Read the signing key from the environment; None where none is asked for.

    Arguments:
        environ: the environment's variables.
        name: the variable that holds it, as `--sign-key-env` says.

    Raises:
        SettingsError: it is missing, empty, too short to keep anybody out, or not the bare key.
    """
    if name is None:
        return None
    key = environ.get(name, "")
    if not key.strip():
        state = "is set but empty, as a missing CI secret is" if name in environ else "is not set"
        raise SettingsError(f"--sign-key-env names {name}, which {state}: give it a value")
    if key != key.strip() or not key.isprintable():
        raise SettingsError(
            f"the signing key in {name} holds a line end, another control character or a blank at "
            "one of its ends, which the other side need not have: set it to the bare key"
        )
    if len(key) < MINIMUM_SIGN_KEY:
        raise SettingsError(
            f"the signing key in {name} is shorter than {MINIMUM_SIGN_KEY} characters: "
            "make a longer one"
        )
    return key
