"""Tiers as steps: how far an account is from the next one."""

from __future__ import annotations

from dataclasses import dataclass

from .rules import Rules


@dataclass(frozen=True)
class Step:
    """`share` of the way from the tier's own threshold to the next one's, 0 to 1; 1 at the top."""

    next_tier: str | None
    to_next: int | None
    share: float


@dataclass(frozen=True)
class Ladder:
    """Thresholds from the lowest, and whether the balance decides instead of everything ever earned."""

    thresholds: tuple[tuple[str, int], ...]
    by_balance: bool = False

    @classmethod
    def of(cls, rules: Rules) -> Ladder:
        """The steps that these rules make."""
        return cls(tuple((tier.tier, tier.threshold) for tier in rules.tiers), rules.basis == "balance")

    def step(self, balance: int, earned: int) -> Step:
        """Where an account stands."""
        points = balance if self.by_balance else earned
        following = next(((name, limit) for name, limit in self.thresholds if limit > points), None)
        if following is None:
            return Step(None, None, 1.0)
        name, limit = following
        start = max((at for _, at in self.thresholds if at <= points), default=0)
        return Step(name, limit - points, (points - start) / (limit - start))
