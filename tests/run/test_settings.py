"""The settings of a run: options, profiles, limits, and files and URLs that must be usable."""

from __future__ import annotations

import argparse
import ssl
from pathlib import Path

import pytest
import trustme

from contracts.http.endpoint import Limits
from contracts.http.target import SettingsError
from contracts.run.settings import PROFILES, Settings, add_options, read_settings, tls_context
from contracts.run.sign_key import read_sign_key
from contracts.rye import RYE

STAGING = "https://staging.api.rye.com"


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(arguments)


def read(*arguments: str, profile: str = "default") -> Settings:
    return read_settings(options(*arguments), {}, STAGING, RYE, profile=profile)


def refused(*arguments: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(*arguments)
    words = str(caught.value)
    assert "\n" not in words
    return words


def test_without_options_the_defaults_hold() -> None:
    found = read()
    assert found.target.name == "sandbox"
    assert found.profile == PROFILES["default"]
    assert found.allowance.requests == 300
    assert found.limits == Limits()
    assert found.report_dir == Path("reports")
    assert (found.ca_file, found.proxy, found.fail_on_warning) == (None, None, False)


@pytest.mark.parametrize("value", ["{}\n", "{}\r\n", " {}", "{} ", "{}\x00", "0\n{}", "\t{}"])
def test_a_signing_key_is_bare_as_the_api_key_is(value: str) -> None:
    """Or one side signs with what a CI keeps and another with what it trims."""
    secret = "Yw6HbN3tQx8VzE5k"
    assert read_sign_key({"SIGN": secret}, "SIGN") == secret
    with pytest.raises(SettingsError, match=r"SIGN .* set it to the bare key") as caught:
        read_sign_key({"SIGN": value.format(secret)}, "SIGN")
    assert secret not in str(caught.value)


def test_the_profiles_keep_what_the_readme_promises() -> None:
    assert {name: profile.requests for name, profile in PROFILES.items()} == {
        "default": 300,
        "nightly": 3000,
    }
    assert PROFILES["default"].seconds <= 120
    assert PROFILES["default"].minimising <= 40


@pytest.mark.parametrize(
    ("profile", "name"),
    [("default", "default"), ("nightly", "nightly"), ("ci", "default"), ("debug", "default")],
)
def test_hypothesis_own_profiles_count_as_the_default(profile: str, name: str) -> None:
    assert read(profile=profile).profile.name == name
    assert read(profile=profile).allowance.requests == PROFILES[name].requests


def test_options_reach_the_settings(tmp_path: Path) -> None:
    given = options("--target", "staging", "--max-requests", "7", "--timeout", "2.5")
    given.report_dir, given.fail_on_warning = str(tmp_path), True
    found = read_settings(given, {RYE.key_variable: "RYE/staging-12345678"}, STAGING, RYE)
    assert found.target.name == "staging"
    assert found.allowance.requests == 7
    assert found.limits == Limits(connect=2.5, write=2.5, read=2.5, deadline=2.5)
    assert found.report_dir == tmp_path
    assert found.fail_on_warning


def test_an_unusable_target_is_an_unusable_setting() -> None:
    assert RYE.key_variable in refused("--target", "staging")


def test_the_production_flag_reaches_the_target() -> None:
    environ = {RYE.key_variable: "RYE/production-12345678"}
    with pytest.raises(SettingsError):
        read_settings(options(), environ, STAGING, RYE)
    found = read_settings(options("--allow-production"), environ, STAGING, RYE)
    assert found.target.name == "staging"


@pytest.mark.parametrize("number", ["0", "-1"])
def test_a_cap_is_one_request_or_more(number: str) -> None:
    assert "at least 1" in refused("--max-requests", number)
    assert read("--max-requests", "1").allowance.requests == 1


@pytest.mark.parametrize("seconds", ["0", "-1", "300.1", "nan", "inf", "-inf"])
def test_a_timeout_is_neither_nought_nor_endless(seconds: str) -> None:
    assert "more than 0 and at most 300" in refused(f"--timeout={seconds}")
    assert read("--timeout=300").limits.deadline == 300


@pytest.mark.parametrize(
    "url",
    [
        "",
        "proxy.example:3128",
        "https://proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://",
        "http://:3128",
        "http://[::1",
        "http://proxy.example:99999",
        "http://proxy..example",
        "ftp://user:hush-hush@proxy.example",
    ],
)
def test_a_proxy_is_an_http_url(url: str) -> None:
    words = refused("--proxy", url)
    assert "--proxy is not the URL of an HTTP proxy" in words
    assert "hush" not in words


@pytest.mark.parametrize("url", ["http://proxy.example:3128", "http://user:p%40@127.0.0.1"])
def test_a_proxy_is_taken_as_it_is(url: str) -> None:
    assert read("--proxy", url).proxy == url


def test_a_ca_file_is_a_pem_file_with_certificates(tmp_path: Path) -> None:
    good, empty, junk = tmp_path / "ca.pem", tmp_path / "empty.pem", tmp_path / "junk.pem"
    trustme.CA().cert_pem.write_to_path(str(good))
    empty.touch()
    junk.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert read("--ca-file", str(good)).ca_file == str(good)
    assert "no PEM certificates" in refused("--ca-file", str(empty))
    assert "no PEM certificates" in refused("--ca-file", str(junk))
    assert "No such file" in refused("--ca-file", str(tmp_path / "none.pem"))
    assert "directory" in refused("--ca-file", str(tmp_path))


def test_a_ca_file_takes_the_usual_authorities_stead(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    assert len(tls_context(str(path)).get_ca_certs()) == 1
    assert len(tls_context(None).get_ca_certs()) > 50


def test_tls_checks_the_host_and_heeds_no_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    usual = len(tls_context(None).get_ca_certs())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    context = tls_context(None)
    assert len(context.get_ca_certs()) == usual
    assert context.keylog_filename is None
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
