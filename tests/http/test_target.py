"""Which target is chosen, and which settings no run can start with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http.endpoint import Endpoint
from contracts.http.target import PRODUCTION_FLAG, SettingsError, Target, is_loopback, select_target
from contracts.rye import RYE

STAGING = "https://staging.api.rye.com"
SECRET = "Qz7vKp2mX9r4b8Wn"
KEY = f"RYE/staging-{SECRET}"
PRODUCTION_KEY = f"RYE/production-{SECRET}"
PATH = "/api/v1/billing/balance"


def select(
    option: str | None = None,
    url: str | None = None,
    key: str | None = KEY,
    *,
    production: bool = False,
) -> Target:
    pairs = ((RYE.url_variable, url), (RYE.key_variable, key))
    environ = {name: value for name, value in pairs if value is not None}
    return select_target(option, environ, STAGING, RYE, allow_production=production)


def refused(
    option: str | None = None,
    url: str | None = None,
    key: str | None = KEY,
    *,
    production: bool = False,
) -> str:
    """The message: one sentence that spells nothing secret and says what to do."""
    with pytest.raises(SettingsError) as caught:
        select(option, url, key, production=production)
    words = str(caught.value)
    assert SECRET.lower() not in words.lower()
    assert "\n" not in words
    assert ". " not in words
    assert len(words) < 200
    return words


# --- The choice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "url", "key", "name", "base_url", "why"),
    [
        (None, None, None, "sandbox", "", "neither --target nor"),
        ("sandbox", None, None, "sandbox", "", "--target"),
        ("sandbox", "https://x.test", KEY, "sandbox", "", "--target"),
        ("sandbox", "", "", "sandbox", "", "--target"),
        (None, None, KEY, "staging", STAGING, f"{RYE.key_variable} is set"),
        ("staging", None, KEY, "staging", STAGING, "--target"),
        ("staging", "https://x.test", KEY, "staging", STAGING, "--target"),
        (None, "https://x.test", KEY, "https://x.test", "https://x.test", RYE.url_variable),
        ("https://y.test", "https://x.test", KEY, "https://y.test", "https://y.test", "--target"),
        (None, STAGING, KEY, "staging", STAGING, RYE.url_variable),
        (f"{STAGING}/", None, KEY, "staging", STAGING, "--target"),
        ("HTTPS://Staging.API.rye.com.:443", None, KEY, "staging", STAGING, "--target"),
        ("http://127.0.0.1:8000", None, KEY, *["http://127.0.0.1:8000"] * 2, "--target"),
    ],
)
def test_the_target_is_chosen_and_says_why(
    option: str | None, url: str | None, key: str | None, name: str, base_url: str, why: str
) -> None:
    target = select(option, url, key)
    assert (target.name, target.base_url) == (name, base_url)
    assert why in target.why
    assert target.title.count(base_url or "embedded, on loopback") == 1
    assert target.key.whole == ("" if name == "sandbox" else key)
    assert SECRET not in repr(target)


@pytest.mark.parametrize(
    ("option", "url", "key"),
    [
        ("staging", None, None),
        (None, "https://x.test", None),
        ("http://localhost:8000", None, None),
    ],
)
def test_every_target_but_the_sandbox_needs_a_key(
    option: str | None, url: str | None, key: str | None
) -> None:
    assert f"set {RYE.key_variable}" in refused(option, url, key)


@pytest.mark.parametrize("empty", ["", " ", "\n", "\t \r\n"])
def test_a_variable_that_is_set_but_empty_is_a_missing_secret(empty: str) -> None:
    for words in (refused(key=empty), refused("staging", key=empty)):
        assert f"{RYE.key_variable} is set but empty" in words
    for words in (refused(url=empty), refused(url=empty, key=None)):
        assert f"{RYE.url_variable} is set but empty" in words


# --- Keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [f"{KEY}\n", f" {KEY}", f"{KEY} ", f"Bearer {KEY}", f"{KEY}\r\nX: y", f"{KEY}é", f"{KEY}\x00"],
)
def test_a_key_is_visible_ascii(key: str) -> None:
    assert "bare key" in refused(key=key)


@pytest.mark.parametrize("key", ["RYE/staging-", "RYE/staging-1234567", "1234567", "x"])
def test_a_short_key_is_half_a_key(key: str) -> None:
    words = refused(key=key)
    assert "shorter than 8 characters" in words
    assert "1234567" not in words


@pytest.mark.parametrize("key", ["RYE/staging-12345678", "12345678", "rye_sk_12345678", '"a/b=c"+'])
def test_a_key_of_eight_characters_will_do(key: str) -> None:
    assert select(key=key).key.whole == key


@pytest.mark.parametrize(
    "key",
    [
        PRODUCTION_KEY,
        PRODUCTION_KEY.lower(),
        PRODUCTION_KEY.upper(),
        f"Rye/Production-{SECRET}",
        f'"{PRODUCTION_KEY}"',
        f"Bearer:{PRODUCTION_KEY}",
    ],
)
def test_a_production_key_needs_the_flag(key: str) -> None:
    assert PRODUCTION_FLAG in refused(key=key)
    assert select(key=key, production=True).key.whole == key


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        (KEY, "RYE/staging-"),
        (PRODUCTION_KEY, "RYE/production-"),
        ("RYE/staging", ""),
        ("xRYE/staging-y", ""),
        ("RYE/a-b-c", "RYE/a-"),
        ("RYE/-abc", ""),
        ("", ""),
    ],
)
def test_what_of_a_key_is_public(key: str, prefix: str) -> None:
    assert RYE.public_prefix(key) == prefix


# --- Hosts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://api.rye.com",
        "https://API.RYE.COM",
        "https://api.rye.com.",
        "https://api.rye.com:443/",
        "https://api.rye.com:8443/prefix",
        "HTTPS://Api.Rye.Com",
        "https://ａpi.rye.com",
        "https://api。rye。com",
        "https://api.rye．com",
        "https://ⓐpi.rye.com",
        "https://api.r\u00adye.com",
        "https://rye.com",
        "https://www.rye.com",
        "https://v2.api.rye.com",
        "https://notstaging.rye.com",
    ],
)
def test_a_production_host_needs_the_flag_however_it_is_spelled(url: str) -> None:
    assert PRODUCTION_FLAG in refused(url)
    assert PRODUCTION_FLAG in refused(url=url)
    target = select(url, production=True)
    assert target.endpoint(PATH).host.endswith("rye.com")


@pytest.mark.parametrize(
    "url",
    [
        STAGING,
        "https://staging.rye.com",
        "https://staging-2.api.rye.com",
        "https://api.rye.com.evil.test",
        "https://apirye.com",
        "https://rye.com.test",
    ],
)
def test_other_hosts_need_no_flag(url: str) -> None:
    assert select(url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://user@x.test",
        f"https://{KEY.replace('/', '%2F')}@x.test",
        f"https://user:{SECRET}@x.test",
        "https://staging.api.rye.com@api.rye.com",
        "http://localhost:1@127.0.0.1",
        "https://@x.test",
        "https://x.test\\@api.rye.com",
    ],
)
def test_a_url_with_a_user_is_refused(url: str) -> None:
    assert "user name" in refused(url)
    assert "user name" in refused(url=url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "stagin",
        "Staging",
        "SANDBOX",
        KEY,
        "localhost:8000",
        "staging.api.rye.com",
        "//x.test",
        "/etc/passwd",
        "ftp://x.test",
        f"ftp://user:{SECRET}@x.test",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://:443",
        "https://.",
        "https://x..test",
        "https://[::1",
        "https://[x]",
        "https://x.test:0",
        "https://x.test:65536",
        "https://x.test:-1",
        "https://x.test:https",
        "https://x.test\\.api.rye.com",
        "https://api%2Erye.com",
        "https://x\x00.test",
        "https://" + "x" * 64 + ".test",
        "https://x.test℀",
        "https://x.test/\udcff",
    ],
)
def test_what_is_no_base_url_is_said_to_be_none(url: str) -> None:
    assert "--target is not a base URL" in refused(url)
    if url:
        assert f"{RYE.url_variable} is not a base URL" in refused(url=url)


@pytest.mark.parametrize(
    "url", ["https://x y.test", "https://x.test/ ", " https://api.rye.com", "https://x.test/a\nb"]
)
def test_a_base_url_has_no_blank(url: str) -> None:
    assert "--target holds a blank or a line end" in refused(url)


@pytest.mark.parametrize("tail", ["?", "?a=b", "#", "#a", f"?key={SECRET}", f"/x?{KEY}"])
def test_a_base_url_has_no_query_and_no_fragment(tail: str) -> None:
    assert "query or a fragment" in refused(f"https://x.test{tail}")


def test_a_base_url_does_not_hold_the_key() -> None:
    assert "holds the key" in refused(f"https://x.test/{KEY}")
    assert "holds the key" in refused(url=f"https://x.test/a-{SECRET}/b")


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("https://X.test/", "https://x.test"),
        ("https://x.test/a/b//", "https://x.test/a/b"),
        ("https://x.test:443/a", "https://x.test/a"),
        ("https://x.test:0443", "https://x.test"),
        ("https://x.test:80", "https://x.test:80"),
        ("https://x.test/a%20b/é", "https://x.test/a%20b/%C3%A9"),
        ("https://x.test/a%2Fb", "https://x.test/a%2Fb"),
        ("https://bücher.test", "https://xn--bcher-kva.test"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://localhost:80/", "http://localhost"),
        ("http://LOCALHOST.:8000", "http://localhost:8000"),
    ],
)
def test_a_base_url_has_one_spelling(url: str, spelled: str) -> None:
    target = select(url)
    assert (target.name, target.base_url) == (spelled, spelled)


# --- Loopback ------------------------------------------------------------------------------------

LOOPBACK = ["127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]", "localhost", "LocalHost."]
ELSEWHERE = [
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "[::]",
    "[::ffff:10.0.0.1]",
    "[fe80::1]",
    "localhost.test",
    "localhost.localdomain",
    "127.0.0.1.test",
    "x.test",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_plain_http_may_go_to_this_machine(host: str) -> None:
    target = select(f"http://{host}:8000")
    assert target.loopback
    assert target.endpoint(PATH).port == 8000


@pytest.mark.parametrize("host", ELSEWHERE)
def test_plain_http_goes_to_no_other_machine(host: str) -> None:
    assert "use https" in refused(f"http://{host}:8000")
    assert "use https" in refused(f"http://{host}:8000", production=True)
    assert not select(f"https://{host}").loopback


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((host.strip("[]"), True) for host in LOOPBACK),
        *((host.strip("[]"), False) for host in ELSEWHERE),
        ("", False),
        ("::1%1", True),
    ],
)
def test_which_hosts_are_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


# --- Endpoints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (STAGING, Endpoint("https", "staging.api.rye.com", 443, PATH)),
        ("http://127.0.0.1:8000", Endpoint("http", "127.0.0.1", 8000, PATH)),
        ("http://[::1]", Endpoint("http", "::1", 80, PATH)),
        ("https://x.test:8443/rye/", Endpoint("https", "x.test", 8443, f"/rye{PATH}", "/rye")),
    ],
)
def test_the_operation_has_one_endpoint(url: str, endpoint: Endpoint) -> None:
    assert select(url).endpoint(PATH) == endpoint


def test_the_sandbox_has_an_endpoint_once_it_has_started() -> None:
    target = Target("sandbox", "http://127.0.0.1:49152", "key")
    assert target.loopback
    assert target.endpoint(PATH) == Endpoint("http", "127.0.0.1", 49152, PATH)


@settings(max_examples=150, deadline=None)
@given(
    url=st.text(max_size=30)
    | st.text("abc.:/@[]?#%é。 \\0189", max_size=20).map(lambda tail: f"https://{tail}")
    | st.text("ry.eco。ｒ:/@", max_size=12).map(lambda tail: f"https://api.{tail}.rye.com")
)
def test_no_url_makes_the_choice_trip_or_slips_past_it(url: str) -> None:
    try:
        target = select(url)
    except SettingsError:
        return
    if target.name == "sandbox":
        return
    endpoint = target.endpoint(PATH)
    endpoint.path.encode("ascii")
    assert endpoint.authority.isascii()
    assert endpoint.scheme == "https" or target.loopback
    assert "staging" in endpoint.host or not endpoint.host.endswith("rye.com")
