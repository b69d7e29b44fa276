"""The words of the specification's values on screen."""

from __future__ import annotations

TYPE_WORDS = {"individual": "Individual", "business": "Business"}
STATUS_WORDS = {"active": "Active", "inactive": "Inactive", "prospect": "Prospect"}
TIER_WORDS = {"bronze": "Bronze", "silver": "Silver", "gold": "Gold", "platinum": "Platinum"}

LABELS = {
    "contact_name": "Contact name",
    "company_name": "Company name",
    "customer_number": "Customer number",
    "customer_type": "Customer type",
    "status": "Status",
    "email": "Email",
    "phone": "Phone",
    "other_emails": "Other emails",
    "other_phones": "Other phones",
    "address": "Address",
    "city": "City",
    "state": "State",
    "country": "Country",
    "postal_code": "Postal code",
    "source": "Source",
    "owner_id": "Responsible",
    "tags": "Tags",
    "notes": "Notes",
}

NOT_CHECKED = "This number could not be checked; it is kept as it was written."
