"""What is in the pictures. Each scene brings the window into a state, and takes it back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from scripts.screenshots.scenes import (
    analytics,
    clean_data,
    contacts,
    customers,
    desk,
    filters,
    imports,
    interactions,
    loyalty,
    orders,
    programme,
    segment_rules,
    segments,
    settings,
)
from ui.session import Session

Scene = Callable[[Session], AbstractContextManager[None]]

SIGNED_IN: dict[str, Scene] = {
    **customers.SCENES,
    **filters.SCENES,
    **segments.SCENES,
    **segment_rules.SCENES,
    **contacts.SCENES,
    **interactions.SCENES,
    **clean_data.SCENES,
    **analytics.SCENES,
    **loyalty.SCENES,
    **programme.SCENES,
    **orders.SCENES,
    **imports.SCENES,
    **desk.SCENES,
    **settings.SCENES,
}
