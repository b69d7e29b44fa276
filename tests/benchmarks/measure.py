"""Timing: repeat a piece of work and a floor beside it, keep medians and 95th percentiles, print a table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

REPEATS = 15


@dataclass(frozen=True)
class Times:
    """Seconds of several runs of one piece of work."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def p95(self) -> float:
        ordered = sorted(self.runs)
        return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


@dataclass(frozen=True)
class Target:
    """What the median may cost: `factor` x the floor's median + `extra` seconds."""

    factor: float
    extra: float = 0.0

    def limit(self, floor: float) -> float:
        return self.factor * floor + self.extra

    def __str__(self) -> str:
        factor = "floor" if self.factor == 1 else f"{self.factor:g} x floor"
        return f"{factor} + {self.extra * 1000:.0f} ms" if self.extra else factor


TO_PAINTED = Target(1.0, 0.040)
SEARCH = Target(2.0, 0.040)
WHOLE_LIST = Target(1.3)


@dataclass(frozen=True)
class Line:
    """One row of the report."""

    name: str
    ours: Times
    floor: Times | None = None
    target: Target | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        return bool(self.floor and self.target and self.ours.median > self.target.limit(self.floor.median))


@dataclass
class Report:
    """Collects the lines and prints each as soon as it is known."""

    lines: list[Line] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}")
        print(f"{'':44}{'median':>10}{'p95':>10}{'floor':>10}{'p95':>10}  target")

    def add(self, line: Line) -> None:
        self.lines.append(line)
        print(describe(line), flush=True)

    def fact(self, text: str) -> None:
        """A figure that has no floor, such as memory."""
        self.facts.append(text)
        print(text, flush=True)

    def summary(self) -> str:
        missed = [line for line in self.lines if line.missed]
        if not missed:
            return "Every target was met."
        names = "\n".join(f"  {describe(line)}" for line in missed)
        return f"{len(missed)} missed their target:\n{names}"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 10 else f"{seconds:.1f} s"


def describe(line: Line) -> str:
    text = f"{line.name:44}{milliseconds(line.ours.median):>10}{milliseconds(line.ours.p95):>10}"
    if line.floor:
        text += f"{milliseconds(line.floor.median):>10}{milliseconds(line.floor.p95):>10}"
    if line.floor and line.target:
        verdict = "MISSED" if line.missed else "met"
        text += f"  {line.target} = {milliseconds(line.target.limit(line.floor.median))}: {verdict}"
    return text + (f"  ({line.note})" if line.note else "")


def timed(work: Callable[[], object], repeats: int = REPEATS) -> Times:
    """Run `work` once to warm up, then `repeats` times. `work` may return the seconds it wants counted."""
    work()
    return Times(tuple(once(work) for _ in range(repeats)))


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    result = work()
    took = time.perf_counter() - start
    return result if isinstance(result, float) else took


def side_by_side(
    ours: Callable[[], object], floor: Callable[[], object], repeats: int = REPEATS
) -> tuple[Times, Times]:
    """Runs of both, taken in turn, so that a busy moment of the machine meets both alike."""
    ours()
    floor()
    pairs = [(once(ours), once(floor)) for _ in range(repeats)]
    return Times(tuple(a for a, _ in pairs)), Times(tuple(b for _, b in pairs))
