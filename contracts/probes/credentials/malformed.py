"""No credentials at all, malformed ones, and those of schemes that the API does not support."""

from __future__ import annotations

import base64

from contracts.http.probe import Credential, Recipe
from contracts.probes.credentials.entry import Entry, wrong

MALFORMED = "absent and malformed"


def basic(words: str) -> str:
    """Make a Basic credential (RFC 7617 §2).

    Arguments:
        words: name and password, joined by a colon.
    """
    return "Basic " + base64.b64encode(words.encode()).decode()


_MALFORMED: tuple[tuple[str, str, bool, str | bytes], ...] = (
    # The most telling ones.
    ("empty-value", "sends an Authorization field without a value", True, ""),
    ("scheme-alone", "sends the scheme Bearer alone", True, "Bearer"),
    ("token-junk", "sends a word under the scheme Token", True, "Token junk"),
    ("basic-alone", "sends the scheme Basic alone", True, "Basic"),
    ("scheme-and-quotes", "sends the scheme Bearer and an empty quoted string", True, 'Bearer ""'),
    ("list-of-two", "sends a comma-separated list of two wrong tokens", True,
     "Bearer junk, Bearer rubbish"),
    ("digest", "sends made-up Digest credentials", True,
     'Digest username="user", realm="api", nonce="0", uri="/", response="' + "0" * 32 + '"'),
    # The others.
    ("scheme-and-blank", "sends the scheme Bearer and a blank", False, "Bearer "),
    ("scheme-and-comma", "sends the scheme Bearer and a comma", False, "Bearer ,"),
    ("scheme-and-junk", "sends the scheme Bearer and a word", False, "Bearer junk"),
    ("scheme-colon-junk", "puts a colon after the scheme", True, "Bearer:junk"),
    ("scheme-equals-junk", "puts an equals sign after the scheme", False, "Bearer=junk"),
    ("scheme-glued-to-junk", "leaves no blank after the scheme", True, "Bearerjunk"),
    ("list-with-empty-member", "sends a list whose first member is empty", False,
     ", Bearer junk"),
    ("comma-alone", "sends a comma alone", True, ","),
    ("colon-alone", "sends a colon alone", False, ":"),
    ("junk-alone", "sends a word without a scheme", False, "junk"),
    ("letter-alone", "sends one letter without a scheme", True, "x"),
    ("illegal-scheme", "sends a scheme of characters that no scheme may have", False,
     "{Bearer} junk"),
    ("parameters-alone", "sends parameters instead of a token", False,
     'Bearer realm="api", token="junk"'),
    ("basic-empty-pair", "sends Basic with an empty name and an empty password", True, basic(":")),
    ("basic-junk", "sends Basic with a name and a password", True, basic("user:pass")),
    ("basic-not-base64", "sends Basic with what is not base64", False, "Basic ?"),
    ("api-key-junk", "sends a word under the scheme ApiKey", False, "ApiKey junk"),
    ("negotiate", "sends made-up Negotiate credentials", False, "Negotiate YIIJvwYGKwYBBQUC"),
    ("aws4", "sends made-up AWS Signature Version 4 credentials", False,
     "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
     "SignedHeaders=host, Signature=" + "0" * 64),
    ("hawk", "sends made-up Hawk credentials", False,
     'Hawk id="junk", ts="1353832234", nonce="j4h3g2", mac="anVuaw=="'),
    ("oauth-1", "sends made-up OAuth 1.0 credentials", False,
     'OAuth oauth_consumer_key="junk", oauth_signature="anVuaw%3D%3D"'),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    Entry(
        Recipe("absent", "sends no credentials at all", Credential.ABSENT), MALFORMED, lambda _: ()
    ),
    *(
        wrong(MALFORMED, slug, sentence, value, default=default)
        for slug, sentence, default, value in _MALFORMED
    ),
)
