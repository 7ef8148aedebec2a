"""The signing key, read from the environment variable that `--sign-key-env` names."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.http.target import SettingsError

MINIMUM_SIGN_KEY = 16
"""Fewest characters of a signing key; a guessable key protects nothing."""


def read_sign_key(environ: Mapping[str, str], name: str | None) -> str | None:
    """Read the signing key from the environment; None if none was requested.

    Arguments:
        environ: the environment variables.
        name: the variable that holds it, from `--sign-key-env`.

    Raises:
        SettingsError: it is missing, empty, too short, or more than the bare key.
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
