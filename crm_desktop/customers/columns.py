"""The columns of the list of customers, as facts; the window adds widths and formats."""

from __future__ import annotations

from crm_desktop.listing.request import ColumnFact

COLUMNS = (
    ColumnFact("name", "Name", "name"),
    ColumnFact("customer_type", "Type", "customer_type"),
    ColumnFact("company_name", "Company", "company_name"),
    ColumnFact("email", "Email", "email"),
    ColumnFact("phone", "Phone", "phone"),
    ColumnFact("city", "City", "city"),
    ColumnFact("country", "Country", "country"),
    ColumnFact("status", "Status", "status"),
    ColumnFact("tier", "Tier", "tier"),
    ColumnFact("last_contact", "Last contact", "last_contact"),
    ColumnFact("next_follow_up", "Next follow-up", "next_follow_up"),
    ColumnFact("tags", "Tags", "tags"),
    ColumnFact("created_at", "Created", "created_at"),
    ColumnFact("customer_number", "Customer number"),
)
