"""Several sessions at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


def together(works: Sequence[Callable[[], object]], seconds: float = 30) -> None:
    """Each in a thread of its own; what one of them raises fails the test, and so does who is not done in time."""
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not failures, [(type(each).__name__, str(each), str(each.__cause__)) for each in failures]
    assert not any(thread.is_alive() for thread in threads)
