"""What choices and fields of an import are called on screen."""

from __future__ import annotations

from crm_desktop.importing.differences import Outcome
from crm_desktop.importing.sources import ENCODINGS
from crm_desktop.importing.targets import title_of

KINDS = (
    ("customers", "Customers", "People and companies with their addresses and numbers."),
    (
        "contacts",
        "Contacts of companies",
        "People at companies, each with a role. Companies that are missing are created.",
    ),
    ("interactions", "Interactions", "Calls, emails and meetings of customers that are there already."),
    ("products", "Products", "What is sold, each with its SKU and price."),
    (
        "orders",
        "Orders",
        "One row for each line, or one for each order, of customers and products that are there already.",
    ),
)
NOUNS = {
    "customers": "customer", "contacts": "contact", "interactions": "interaction", "products": "product",
    "orders": "order row",
}  # fmt: skip
MADE = {**{kind: f"{noun.capitalize()}s" for kind, noun in NOUNS.items()}, "orders": "Orders", "northwind": "Northwind"}
"""What an import has brought, in the list of imports."""
HAS_NOTES = frozenset({"customers", "contacts", "interactions", "orders"})
"""Where a column that is not recognised is kept in the notes."""
FILES = "Tables and address cards (*.csv *.tsv *.txt *.tab *.xlsx *.xlsm *.xls *.ods *.vcf *.vcard);;All files (*)"
ENCODING_CHOICES = [("", "As detected"), *ENCODINGS]
DELIMITER_CHOICES = [("", "As detected"), (",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar |")]
DELIMITER_WORDS = dict(DELIMITER_CHOICES[1:])
DECIMAL_CHOICES = [(".", "Point: 1.5"), (",", "Comma: 1,5")]
DATE_CHOICES = [
    ("", "Unclear ones are refused"),
    ("dmy", "Day, month, year"),
    ("mdy", "Month, day, year"),
    ("ymd", "Year, month, day"),
]
KEY_CHOICES = [
    ("usual", "As usual: customer number, email address, or name with place or phone"),
    ("customer_number", "The customer number"),
    ("email", "The email address"),
    ("phone", "The phone number"),
    ("email_or_phone", "The email address or the phone number"),
    ("company_city", "The company name and the city"),
]
KEY_HINTS = {
    "usual": "Two people may share a mailbox, so the name counts as well where several customers have the address.",
    "customer_number": "For lists that another program writes again and again. Rows without one are compared as usual.",
    "email": "Other email addresses count, too. Rows without one are compared as usual.",
    "phone": "In any way of writing; other numbers count, too. Rows without one are compared as usual.",
    "email_or_phone": "The address is looked up first. Rows without either are compared as usual.",
    "company_city": "For lists of companies. Rows without a company are compared as usual.",
}
UPDATE = "Update what is there"
OFFERED = {
    "customers": ("skip", "update", "create"), "contacts": ("skip", "update", "create"),
    "interactions": ("skip", "create"), "products": ("skip", "update"), "orders": ("skip", "update"),
}  # fmt: skip
"""What can happen to a row that is there already."""
OUTCOMES: dict[Outcome, str] = {"created": "Create", "updated": "Update", "skipped": "Skip", "refused": "Refuse"}
DONE: dict[Outcome, str] = {"created": "created", "updated": "updated", "skipped": "skipped", "refused": "refused"}
TONES: dict[Outcome, str] = {"created": "success", "updated": "info", "skipped": "neutral", "refused": "danger"}

_FIELDS = {
    "lines_removed": "Lines removed",
    "other_emails": "Other emails", "other_phones": "Other phones", "address": "Street", "city": "City",
    "state": "State", "country": "Country", "postal_code": "Postal code", "name": "Name",
}  # fmt: skip


def field_title(kind: str, field: str) -> str:
    """A field of a difference in words."""
    return _FIELDS.get(field) or title_of(kind, field)


def unchecked(number: int) -> str:
    """What became of numbers that no rule could check."""
    return f"{number:,} phone {'number is' if number == 1 else 'numbers are'} kept as written: not checked."


def count(number: int, noun: str) -> str:
    """ "1 customer", "2,000 customers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
