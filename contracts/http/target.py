"""The target: where requests go, with which key, and why it was chosen."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from contracts.document.openapi.security import Scheme
from contracts.http.api_key import Key
from contracts.http.api_profile import ApiProfile
from contracts.http.endpoint import Endpoint

PRODUCTION_FLAG = "--allow-production"
MINIMUM_SECRET = 8

_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_PORTS = {"http": 80, "https": 443}


class SettingsError(ValueError):
    """Settings with which no run can start; the message says in one sentence what to do."""


@dataclass(frozen=True)
class Target:
    """Where requests go.

    Arguments:
        name: `sandbox`, `staging` or the base URL.
        base_url: scheme, host, port and path prefix, without a trailing slash; empty for the
            sandbox until it has started.
        key: its key; never shown.
        why: half a sentence that says why this target was chosen.
    """

    name: str
    base_url: str
    key: Key = field(repr=False)
    why: str = ""

    @property
    def loopback(self) -> bool:
        """Whether requests stay on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def title(self) -> str:
        """Its name and its address, which may be the same."""
        where = "embedded, on loopback" if self.name == "sandbox" else self.base_url
        return self.name if self.name == where else f"{self.name} ({where})"

    @property
    def is_production(self) -> bool:
        """Whether requests to it require the explicit flag."""
        api = self.key.api
        host = urlsplit(self.base_url).hostname or ""
        return api.is_production_host(host) or api.is_production_key(self.key.whole)

    def presenting(self, scheme: Scheme) -> Target:
        """Return the same target with its key presented by another scheme.

        Arguments:
            scheme: how the key is presented.
        """
        return replace(self, key=replace(self.key, scheme=scheme))

    def endpoint(self, path: str, others: Iterable[str] = ()) -> Endpoint:
        """Return the endpoint of an operation.

        Arguments:
            path: the operation's path as in the document.
            others: the paths of its other resources.
        """
        parts = urlsplit(self.base_url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        base = parts.path.rstrip("/")
        return Endpoint(
            parts.scheme, _host(host), port, base + path, base=base, others=frozenset(others)
        )


def select_target(
    option: str | None,
    environ: Mapping[str, str],
    staging_url: str,
    api: ApiProfile,
    *,
    allow_production: bool = False,
) -> Target:
    """Choose the target from the option and the environment.

    Arguments:
        option: value of `--target`: `sandbox`, `staging`, a base URL, or None.
        environ: the environment's variables.
        staging_url: the document's server; empty if it names none.
        api: the API.
        allow_production: whether production hosts and keys are permitted.

    Raises:
        SettingsError: if the settings are unusable.
    """
    asked, by_url, by_key, by_nothing = reasons(api)
    if option == "sandbox":
        return Target("sandbox", "", Key.of("", api), asked)
    base_url = _variable(environ, api.url_variable)
    key = _variable(environ, api.key_variable)
    if option == "staging":
        name, url, why = "staging", staging_url, asked
    elif option is not None:
        name, url, why = "", option, asked
    elif base_url is not None:
        name, url, why = "", base_url, by_url
    elif key is not None:
        name, url, why = "staging", staging_url, by_key
    else:
        return Target("sandbox", "", Key.of("", api), by_nothing)
    if not url and name:
        raise SettingsError(
            "the document names no server that can be asked, relative ones and variables without "
            "a default left out: name the base URL with --target"
        )
    source = "--target" if option is not None else api.url_variable
    url = read_base_url(url, source, api, allow_production=allow_production)
    if staging_url and url == staging_url.rstrip("/"):
        name = "staging"
    if key is None:
        raise SettingsError(
            f"the target {name or url} needs a key: set {api.key_variable}, or use --target sandbox"
        )
    _check_key(key, api, allow_production=allow_production)
    if Key.of(key, api).secret in url:
        raise SettingsError(f"the base URL in {source} holds the key: leave the key out of it")
    return Target(name or url, url, Key.of(key, api), why)


def reasons(api: ApiProfile) -> tuple[str, str, str, str]:
    """Return all reasons for a target: the option, the URL's variable, the key's, none of them.

    Arguments:
        api: the API.
    """
    return (
        "as --target says",
        f"since {api.url_variable} is set",
        f"since {api.key_variable} is set",
        f"since neither --target nor {api.url_variable} nor {api.key_variable} is set",
    )


def reasons_for(name: str, api: ApiProfile) -> tuple[str, ...]:
    """Return the reasons for which a target of a given name may be chosen.

    Arguments:
        name: sandbox, staging or a base URL.
        api: the API.
    """
    asked, by_url, by_key, by_nothing = reasons(api)
    known = {"sandbox": (asked, by_nothing), "staging": (asked, by_url, by_key)}
    return known.get(name, (asked, by_url))


def read_base_url(url: str, source: str, api: ApiProfile, *, allow_production: bool) -> str:
    """Normalize a base URL; error messages never repeat it.

    A secret pasted into the wrong place must not show up in a message.

    Arguments:
        url: as given by the user.
        source: where it was given, for messages.
        api: the API.
        allow_production: whether production hosts are permitted.

    Raises:
        SettingsError: it is not a base URL that a run can use.
    """
    expected = f"expected sandbox, staging or a base URL such as {api.example}"
    if any(character.isspace() for character in url):
        raise SettingsError(f"{source} holds a blank or a line end, which no URL has: take it out")
    try:
        parts = urlsplit(url)
        host = _host(parts.hostname or "")
        port = parts.port
        url.encode()  # bytes that are not UTF-8 have become lone surrogates
    except ValueError as error:
        raise SettingsError(f"{source} is not a base URL: {expected}") from error
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or port == 0:
        raise SettingsError(f"{source} is not a base URL: {expected}")
    if "@" in parts.netloc:
        raise SettingsError(
            f"the base URL in {source} carries a user name or password: leave them out and set "
            f"{api.key_variable}"
        )
    if "?" in url or "#" in url:
        raise SettingsError(f"{source} has a query or a fragment: give the base URL alone")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{source} is plain http to another machine, which would send the key in the clear: "
            "use https"
        )
    if api.is_production_host(host) and not allow_production:
        raise SettingsError(
            f"{source} names a production host: use staging, or say {PRODUCTION_FLAG}"
        )
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    authority = Endpoint(parts.scheme, host, port or _PORTS[parts.scheme], path).authority
    return f"{parts.scheme}://{authority}{path}"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine's loopback.

    Arguments:
        host: name or address, without brackets.
    """
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name)
    if value is not None and not value.strip():
        raise SettingsError(
            f"{name} is set but empty, as a missing CI secret is: give it a value or unset it"
        )
    return value


def _check_key(key: str, api: ApiProfile, *, allow_production: bool) -> None:
    if not key.isascii() or any(not "!" <= character <= "~" for character in key):
        raise SettingsError(
            f"{api.key_variable} holds a blank, a line end or a character outside visible ASCII: "
            "set it to the bare key"
        )
    if len(Key.of(key, api).secret) < MINIMUM_SECRET:
        raise SettingsError(
            f"the key in {api.key_variable} is shorter than {MINIMUM_SECRET} characters beyond its "
            "public prefix: set the whole key"
        )
    if api.is_production_key(key) and not allow_production:
        raise SettingsError(
            f"{api.key_variable} holds a production key: set a staging key, "
            f"or say {PRODUCTION_FLAG}"
        )


def _host(name: str) -> str:
    """Normalize a host as the resolver does: ASCII, lower case, without the root's dot.

    IDNA maps full-width letters and other dots to plain ones, so they cannot disguise the
    production host.
    """
    return name.encode("idna").decode("ascii").lower().rstrip(".")
