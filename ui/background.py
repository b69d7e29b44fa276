"""Slow work of the start window: it begins when what it needs has been imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from crm_desktop.errors import CrmError

if TYPE_CHECKING:
    from ui.handles import Handle, Progress
    from ui.tasks import Tasks
    from ui.warm_up import WarmUp

T = TypeVar("T")


class Background:
    """Imports go on while somebody types; whoever is quicker than they are waits here, not in the window."""

    def __init__(self, tasks: Tasks, warm_up: WarmUp) -> None:
        self._tasks = tasks
        self._warm_up = warm_up

    def run(
        self,
        parent: QObject,
        job: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[CrmError], None] | None = None,
        needs: str | None = None,
    ) -> Handle:
        """`needs`: what has to be imported; None is all that the main window needs."""

        def run(progress: Progress) -> T:
            self._warm_up.wait(needs)
            return job(progress)

        return self._tasks.background(parent, run, done, failed=failed)
