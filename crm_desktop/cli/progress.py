"""How far slow work is: a bar where a person watches, a line now and then elsewhere. And stopping it."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_desktop.database.cancellation import Cancellation

Tell = Callable[[float | None, str], None]
_PLAIN_INTERVAL = 5.0  # seconds


@contextmanager
def shown(title: str) -> Iterator[Tell]:
    """A function to call with the share done (0 to 1, or None) and what is going on."""
    if sys.stderr.isatty():
        with _bar(title) as tell:
            yield tell
    else:
        yield _plain(title)


@contextmanager
def _bar(title: str) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(title, total=None)

        def tell(share: float | None, text: str = "") -> None:
            bar.update(task, description=text or title, total=None if share is None else 1.0, completed=share)

        yield tell


def _plain(title: str) -> Tell:
    last = time.monotonic()

    def tell(share: float | None, text: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= _PLAIN_INTERVAL:
            last = time.monotonic()
            done = "" if share is None else f" {share:.0%}"
            sys.stderr.write(f"{text or title}{done}\n")
            sys.stderr.flush()

    return tell


@contextmanager
def cancelled_by_signals() -> Iterator[Cancellation]:
    """Ctrl+C and SIGTERM stop the work where it can be undone as a whole; a second one ends it at once."""
    from crm_desktop.database.cancellation import Cancellation

    cancellation = Cancellation()
    names = [name for name in ("SIGINT", "SIGTERM") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}

    def restore() -> None:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)

    def stop(*_: object) -> None:
        restore()
        cancellation.cancel()

    for name in names:
        signal.signal(getattr(signal, name), stop)
    try:
        yield cancellation
    finally:
        restore()
