"""The command line as a module of Python, for where no script is on the path."""

import runpy
import sys

import pytest

import results_widgets as rw


@pytest.fixture(autouse=True)
def _never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    # Python warns where a module runs that was imported before, as a test of every module's docstring does.
    monkeypatch.delitem(sys.modules, "results_widgets.__main__", raising=False)


def test_the_command_is_a_module_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("results_widgets", run_name="__main__")
    assert ended.value.code == 0
    assert rw.__version__ in capsys.readouterr().out


def test_a_mistake_ends_it_with_the_code_of_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py", "validate", "nowhere"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("results_widgets", run_name="__main__")
    assert ended.value.code == 2
    assert "nowhere" in capsys.readouterr().err
