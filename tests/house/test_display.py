"""Without a screen the program says so, in words, before Qt can abort."""

import sys

import pytest

from crm_desktop.errors import CrmError
from ui.display import require_display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be without a screen")


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)


def test_no_screen_at_all() -> None:
    with pytest.raises(CrmError, match="no screen"):
        require_display()


def test_a_screen_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(CrmError, match=r":4711 .* does not answer"):
        require_display()


@pytest.mark.parametrize("variable", ["QT_QPA_PLATFORM", "WAYLAND_DISPLAY"])
def test_what_the_person_chose_is_left_to_qt(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "offscreen")
    require_display()
