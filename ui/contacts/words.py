"""The labels of a contact's fields."""

from __future__ import annotations

LABELS = {
    "name": "Name",
    "role": "Role",
    "email": "Email",
    "phone": "Phone",
    "other_emails": "Other emails",
    "other_phones": "Other phones",
    "notes": "Notes",
}
