"""How the command line prints: folded to a terminal's width, a row a line for programs."""

import pytest

from results_widgets.cli import terminal

LONG = "an action with a name of many words that no narrow terminal has room for in one line"
ROWS = [(LONG, "1,234", "$5"), ("short", "\u2013", "\u2248\u202f$1,200")]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "70")


@pytest.mark.usefixtures("narrow")
def test_a_terminal_gets_lines_that_fit_and_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_table("Actions", ("action", "users", "value"), ROWS)
    terminal.say_folded(LONG * 3)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 70
    table = out.partition("short")[0]
    assert [word for word in LONG.split() if word not in table] == []
    # Numbers stand to the right, with whatever sign they have.
    first, second = (line for line in out.splitlines() if "$" in line)
    assert len(first) == len(second)


def test_a_program_gets_each_row_in_one_line_without_escapes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.print_table("Actions", ("action", "users", "value"), ROWS)
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if LONG in line] != []
    assert "\x1b" not in out
    assert len(out.splitlines()) == 1 + 1 + 2 + len(ROWS)
