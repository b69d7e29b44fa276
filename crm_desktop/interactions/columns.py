"""The columns of the list of interactions, as facts; the window adds widths and formats."""

from __future__ import annotations

from crm_desktop.listing.request import ColumnFact

COLUMNS = (
    ColumnFact("created_at", "Logged", "created_at"),
    ColumnFact("customer_name", "Customer"),
    ColumnFact("contact", "Contact"),
    ColumnFact("type", "Type", "type"),
    ColumnFact("subject", "Subject"),
    ColumnFact("outcome", "Outcome"),
    ColumnFact("priority", "Priority", "priority"),
    ColumnFact("status", "Status", "status"),
    ColumnFact("duration", "Duration"),
    ColumnFact("follow_up", "Follow up", "follow_up"),
    ColumnFact("author", "Author"),
    ColumnFact("assignee", "Assignee"),
)
