"""Values that break templates, queries, shells, logs and parsers; they look like attacks.

Addresses in them are this machine's own discard port, so that no other machine is ever contacted.
"""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entry

_PAYLOADS = {
    "printf": "%s%s%n%x%d",
    "percent-nul": "%00",
    "percent-crlf": "%0d%0aX-Injected: 1",
    "crlf-as-text": "\\r\\nX-Injected: 1",
    "nul-as-text": "a\\0b\\x00c\\u0000",
    "template-braces": "{{7*7}}",
    "template-dollar": "${7*7}",
    "template-hash": "#{7*7}",
    "template-erb": "<%= 7*7 %>",
    "template-polyglot": "${{<%[%'\"}}%\\",
    "template-constructor": "{{constructor.constructor('return 1')()}}",
    "python-format": "{0.__class__} %(name)s",
    "python-import": "__import__('os').name",
    "html-script": "<script>alert(1)</script>",
    "sql-or": "' OR '1'='1",
    "sql-drop": "'; DROP TABLE balances; --",
    "nosql": '{"$gt": ""}',
    "ldap": "*)(uid=*))(|(uid=*",
    "xpath": "' or count(/*)=1 or 'a'='b",
    "shell-dollar": "$(id)",
    "shell-grave": "`id`",
    "shell-semicolon": "; id",
    "shell-pipe": "| id",
    "shellshock": "() { :; }; echo vulnerable",
    "path-traversal": "../../../../etc/passwd",
    "path-backslashes": "..\\..\\..\\windows\\win.ini",
    "xml-doctype": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "jndi": "${jndi:ldap://127.0.0.1:9/a}",
    "ssrf": "http://127.0.0.1:9/",
    "file-url": "file:///etc/passwd",
}

_PAYLOADS_NIGHTLY = {
    "html-attribute": '" onload="alert(1)',
    "sql-comment": "1/**/UNION/**/SELECT/**/NULL",
    "log-escape": "\\u001b[31mred",
    "regular-expression": "(((((a+)+)+)+)+)+$",
    "ansible": "{% raw %}{{ lookup('env','HOME') }}",
    "spreadsheet": "=1+1",
    "php-object": 'O:8:"stdClass":0:{}',
    "xml-entity": "&b; &#0; &lt;",
}

# Fields that reach logs and databases even if the application reads no others.
_KNOWN = {
    "user-agent-jndi": ("User-Agent", "${jndi:ldap://127.0.0.1:9/a}"),
    "referer-sql": ("Referer", "' OR '1'='1"),
    "x-forwarded-for-sql": ("X-Forwarded-For", "127.0.0.1' OR '1'='1"),
    "cookie-template": ("Cookie", "session={{7*7}}; a=' OR 1=1 --"),
    "origin-script": ("Origin", "<script>alert(1)</script>"),
    "via-shell": ("Via", "$(id)"),
    "from-header": ("From", "a@b.example%0d%0aBcc: c"),
}

_KNOWN_NIGHTLY = {
    "user-agent-shellshock": ("User-Agent", "() { :; }; echo vulnerable"),
}

_UNPARSED = {
    "x-request-id-jndi": ("X-Request-Id", "${jndi:ldap://127.0.0.1:9/a}"),
    "x-forwarded-user-sql": ("X-Forwarded-User", "admin' --"),
    "x-api-version-traversal": ("X-Api-Version", "../../etc"),
    "x-api-key-sql": ("X-Api-Key", "' OR '1'='1"),
}


def entries() -> tuple[Entry, ...]:
    """Return the entries that look like attacks."""
    group = Group.INJECTION
    own_names = {
        slug: (f"X-Note-{slug.title()}", value)
        for slug, value in (_PAYLOADS | _PAYLOADS_NIGHTLY).items()
    }
    return (
        *(
            entry(
                group,
                f"injection-{slug}",
                field,
                nightly=slug in _PAYLOADS_NIGHTLY,
            )
            for slug, field in own_names.items()
        ),
        *(entry(group, slug, field) for slug, field in _UNPARSED.items()),
        *(entry(group, slug, field) for slug, field in _KNOWN.items()),
        *(entry(group, slug, field, nightly=True) for slug, field in _KNOWN_NIGHTLY.items()),
        entry(group, "httpoxy", ("Proxy", "http://127.0.0.1:9/")),
    )
