"""What a customer is called."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from crm_desktop.listing.source import Columns


def shown_name(c: Columns) -> ColumnElement[str]:
    """The contact's name, or the company's where that is blank."""
    return func.coalesce(func.nullif(c.contact_name, ""), c.company_name, "")
