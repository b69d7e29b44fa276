"""Is there a screen to open a window on? Asked before Qt, which would abort the process where there is none."""

from __future__ import annotations

import ctypes
import os
import sys

from crm_desktop.errors import CrmError

_HINT = "Start the program from a desktop session; `crm-desktop --help` lists the commands that need no window."


def require_display() -> None:
    """Raises CrmError when Qt could not open a window here. Only Linux can be without a screen while logged in."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise CrmError("There is no screen for the window: DISPLAY and WAYLAND_DISPLAY are not set.", hint=_HINT)
    if not _answers(display):
        raise CrmError(f"The screen {display} that DISPLAY names does not answer.", hint=_HINT)


def _answers(display: str) -> bool:
    """Whether an X server accepts a connection; takes about a millisecond."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:  # Qt says better what is missing then
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused
