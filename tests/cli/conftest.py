"""`probe`, run in this process."""

from __future__ import annotations

import pytest

from contracts.cli import probe
from contracts.rye import RYE
from tests.cli.probing import KEY, Ask


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run `probe` in this process, with the key alone in the environment."""
    monkeypatch.delenv(RYE.url_variable, raising=False)

    def run(*arguments: object, key: str | None = KEY) -> tuple[int, str, str]:
        if key is None:
            monkeypatch.delenv(RYE.key_variable, raising=False)
        else:
            monkeypatch.setenv(RYE.key_variable, key)
        try:
            status = probe.main([str(each) for each in arguments])
        except SystemExit as end:
            status = int(str(end.code))
        printed = capsys.readouterr()
        assert KEY[12:] not in printed.out + printed.err
        return status, printed.out, printed.err

    return run
