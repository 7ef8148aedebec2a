"""Values that are nobody's key: careless defaults and injections."""

from __future__ import annotations

import base64
import hashlib
import hmac

from contracts.http.api_key import Key
from contracts.probes.credentials.entry import Entry, wrong
from contracts.probes.credentials.malformed import basic

CARELESS = "careless defaults"
INJECTION = "injections"

_WORDS = (
    ("word-null", True, "null"),
    ("word-undefined", True, "undefined"),
    ("word-none", False, "None"),
    ("word-test", True, "test"),
    ("word-constructor", True, "constructor"),
    ("word-admin", True, "admin"),
    ("object-object", True, "[object Object]"),
)

_FURTHER_WORDS = (
    ("asterisk", True, "*"),
    ("word-true", True, "true"),
    ("zero", True, "0"),
    ("word-nil", False, "nil"),
    ("word-false", False, "false"),
    ("one", False, "1"),
    ("not-a-number", False, "NaN"),
    ("dash", False, "-"),
    ("word-secret", False, "secret"),
    ("word-changeme", False, "changeme"),
    ("word-guest", False, "guest"),
    ("word-root", False, "root"),
    ("word-password", False, "password"),
    ("word-token", False, "token"),
    ("word-apikey", False, "apikey"),
    ("word-demo", False, "demo"),
    ("word-default", False, "default"),
    ("word-anonymous", False, "anonymous"),
    ("word-debug", False, "debug"),
    ("word-internal", False, "internal"),
    ("placeholder", False, "YOUR_API_KEY"),
    ("other-vendor", False, "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
)

_PREFIXED_WORDS = (("test", True), ("null", False), ("undefined", False), ("admin", False))

_INJECTIONS = (
    # Most servers read a token up to the first blank, so most of these have none.
    ("sql-or", True, "'OR'1'='1"),
    ("sql-or-blanks", False, "' OR '1'='1"),
    ("sql-like-after-prefix", True, "{prefix}%"),
    ("glob-after-prefix", True, "{prefix}*"),
    ("pattern", True, ".*"),
    ("no-sql-object", True, '{"$ne":null}'),
    ("ldap-filter", True, "*)(uid=*"),
    ("path-traversal", True, "../../etc/passwd"),
    ("lookup", True, "${jndi:ldap://127.0.0.1/a}"),
    ("pattern-after-prefix", False, "{prefix}.*"),
    ("sql-or-double", False, '" OR ""="'),
    ("sql-comment", True, "')OR(1=1)--"),
    ("sql-comment-blanks", False, "') OR 1=1--"),
    ("sql-union", False, "' UNION SELECT NULL--"),
    ("no-sql-brackets", False, "[$ne]=1"),
    ("template", False, "{{7*7}}"),
    ("script", False, "<script>alert(1)</script>"),
    ("shell", False, ";id"),
    ("backticks", False, "`id`"),
    ("format", False, "%n%s%x"),
    # Sent by clients by mistake, and taken for injections by firewalls.
    ("word-proto", False, "__proto__"),
    ("template-not-expanded", False, "${API_KEY}"),
    ("mustache-not-expanded", False, "{{apiKey}}"),
    ("angle-brackets", False, "<token>"),
)


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _json_web_token(scope: str, algorithm: str, secret: bytes) -> str:
    """Make a JSON Web Token (RFC 7519 §3.1); unsigned if the secret is empty (§6)."""
    header = _encoded(f'{{"alg":"{algorithm}","typ":"JWT"}}'.encode())
    claims = _encoded(f'{{"sub":"admin","scope":"{scope}"}}'.encode())
    signed = f"{header}.{claims}"
    signature = hmac.digest(secret, signed.encode(), hashlib.sha256) if secret else b""
    return f"{signed}.{_encoded(signature)}"


def _word(slug: str, default: bool, word: str) -> Entry:
    return wrong(CARELESS, slug, f"sends {word} for the key", f"Bearer {word}", default=default)


def _variable(key: Key) -> str:
    return f"Bearer ${key.api.key_variable}"


def _prefixed(word: str, default: bool) -> Entry:
    def value(key: Key) -> str:
        return f"Bearer {key.prefix}{word}"

    sentence = f"sends the public prefix and the word {word}"
    return wrong(CARELESS, f"prefix-and-{word}", sentence, value, default=default)


def _injection(slug: str, default: bool, template: str) -> Entry:
    def value(key: Key) -> str:
        return f"Bearer {template.replace('{prefix}', key.prefix)}"

    sentence = f"sends {template.replace('{prefix}', 'the public prefix and ')} for the key"
    return wrong(INJECTION, slug, sentence, value, default=default, attack=True)


ENTRIES: tuple[Entry, ...] = (
    *(_word(*row) for row in _WORDS),
    wrong(
        CARELESS,
        "variable-not-expanded",
        "sends the name of the key's variable, not expanded, for the key",
        _variable,
    ),
    *(_word(*row) for row in _FURTHER_WORDS),
    *(_prefixed(*row) for row in _PREFIXED_WORDS),
    wrong(
        CARELESS,
        "json-web-token-shaped",
        "sends three letters with dots between them, as if it were a JSON Web Token",
        "Bearer a.b.c",
    ),
    wrong(
        CARELESS,
        "json-web-token-unsigned",
        "sends a JSON Web Token with the algorithm none",
        lambda key: "Bearer " + _json_web_token(key.api.scope, "none", b""),
    ),
    wrong(
        CARELESS,
        "json-web-token-weak",
        "sends a JSON Web Token signed with a guessable secret",
        lambda key: "Bearer " + _json_web_token(key.api.scope, "HS256", b"secret"),
    ),
    wrong(
        CARELESS, "basic-admin", "sends Basic with admin twice", basic("admin:admin"), default=False
    ),
    *(_injection(*row) for row in _INJECTIONS),
    wrong(
        INJECTION,
        "odd-scheme",
        "sends a scheme of odd but legal characters",
        "!#$%&'*+-.^_`|~ junk",
        default=False,
        attack=True,
    ),
)
