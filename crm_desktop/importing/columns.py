# ruff: noqa: E501 - tables read best with their rows whole
"""The column names that other programs write, and what each holds: data only.

Names are compared without case, accents, spaces and punctuation. Sources: Northwind's customers, Google Contacts (the
formats before and since 2024), Outlook and outlook.com, HubSpot contacts and companies, Salesforce reports and Data
Loader (leads, contacts, accounts), and this program's own columns."""

from __future__ import annotations

# Parts of a name, of one value each.
NAMES = {
    "contact_name": ("contact name", "name", "full name", "display name", "contact", "customer name", "customer",
                     "person", "contact person", "nom complet", "nombre completo", "ansprechpartner"),
    "prefix": ("name prefix", "salutation", "title of courtesy", "anrede"),
    "first_name": ("first name", "given name", "forename", "firstname", "vorname", "prénom", "nombre"),
    "middle_name": ("middle name", "additional name", "additional names"),
    "last_name": ("last name", "family name", "surname", "lastname", "nachname", "nom", "apellidos"),
    "suffix": ("name suffix", "suffix", "generational suffix"),
    "file_as": ("file as", "nickname"),
    "company_name": ("company name", "company", "organization", "organisation", "organization name", "organization 1 name",
                     "account name", "account", "account.name", "business name", "employer", "associated company",
                     "primary associated company", "company / account", "company account", "firma", "société", "empresa"),
}  # fmt: skip

# Several columns may hold one; the first that is filled is taken, the others are kept in the notes.
EMAILS = ("email", "e-mail", "email address", "e-mail address", "work email", "business email", "primary email", "email 1",
          "e-mail 1 value", "email 1 value", "e-mail 1 address", "mail", "personal email", "home email", "other email",
          "e-mail 2 value", "email 2 value", "e-mail 2 address", "email 2", "secondary email", "additional email addresses",
          "alternate email", "e-mail 3 value", "email 3 value", "e-mail 3 address", "email 3", "e-mail 4 value",
          "e-mail 5 value", "emails", "e-mails", "other emails", "other_emails")  # fmt: skip
PHONES = ("phone", "phone number", "telephone", "tel", "primary phone", "work phone", "business phone", "office phone",
          "phone 1 value", "phone 1", "mobile", "mobile phone", "mobile phone number", "cell", "cell phone", "mobile number",
          "telefon", "téléphone", "teléfono", "company main phone", "main phone", "account phone", "home phone", "phone 2 value",
          "phone 2", "business phone 2", "work phone 2", "home phone 2", "other phone", "phone 3 value", "phone 3",
          "phone 4 value", "phone 5 value", "car phone", "radio phone", "callback", "whatsapp phone number",
          "assistant's phone", "asst. phone", "assistant phone", "phones", "other phones", "other_phones")  # fmt: skip

# One address is taken: the first group in this order of which anything is filled. The others go to the notes.
ADDRESS_GROUPS = {
    "": "", "mailing": "mailing", "primary address": "primary", "business": "business", "work": "work", "office": "office",
    "business address": "business", "company": "company", "billing": "billing", "address 1": "address 1", "street address": "",
    "home": "home", "home address": "home", "other": "other", "other address": "other", "shipping": "shipping",
    "address 2": "address 2", "address 3": "address 3",
}  # fmt: skip
ADDRESS_PARTS = {
    "street": ("street", "address", "street address", "address line 1", "address 1", "street 1", "straße", "strasse", "adresse",
               "dirección", "mailing address"),
    "street_2": ("street 2", "address line 2", "address 2", "extended address", "street address 2"),
    "street_3": ("street 3", "address line 3", "address 3"),
    "po_box": ("po box", "address po box"),
    "city": ("city", "town", "locality", "ort", "stadt", "ville", "ciudad"),
    "state": ("state", "region", "province", "state/province", "state/region", "state or province", "county", "bundesland"),
    "state_code": ("state code", "region code", "state/region code", "state/province code"),
    "postal_code": ("postal code", "zip", "zip code", "postcode", "zip/postal code", "postalcode", "plz", "code postal"),
    "country": ("country", "country/region", "country or region", "country name", "land", "pays", "país"),
    "country_code": ("country code", "country/region code"),
    "formatted": ("formatted",),
}  # fmt: skip

# Fields of a customer that stand in one column.
FIELDS = {
    "customer_number": ("customer number", "customer no", "customer no.", "customer id", "customer code", "client number", "client id",
                        "customer reference", "kundennummer", "kunden-nr.", "kundennr", "numéro client", "número de cliente"),
    "customer_type": ("customer type", "type", "account type", "kind"),
    "status": ("status", "customer status", "lead status", "lifecycle stage"),
    "source": ("source", "lead source", "original source", "original traffic source", "account source", "customer source"),
    "created_at": ("customer since", "created"),
    "tags": ("tags", "labels", "categories", "group membership", "groups", "keywords"),
    "notes": ("notes", "note", "description", "comments", "comment", "remarks", "notizen", "message"),
}  # fmt: skip

# Known, without a field of their own: kept in the notes under their name.
KEPT = (
    "contact title", "title", "job title", "organization title", "organization 1 title", "position", "department",
    "organization department", "organization 1 department", "fax", "fax number", "business fax", "home fax", "other fax", "pager",
    "telex", "isdn", "tty/tdd phone", "website", "website url", "web page", "personal web page", "business web page",
    "website 1 value", "company domain name", "birthday", "birthdate", "anniversary", "industry", "account number", "account id",
    "record id", "contact id", "contact id 18", "lead id", "id", "contact owner", "account owner", "lead owner", "company owner",
    "create date", "created date", "created at", "last activity date", "last contacted", "last contact", "hs object id",
    "manager's name", "assistant's name", "spouse", "profession", "office location", "government id number", "languages",
    "linkedin bio", "linkedin url", "twitter username", "annual revenue", "number of employees", "employees", "rating",
    "referred by", "hobby", "children", "company main phone", "im address", "homepage",
    "other addresses",
)  # fmt: skip

# Known, and of no use to a person: left out, and named in the report.
LEFT_OUT = (
    "photo", "phonetic first name", "phonetic middle name", "phonetic last name", "yomi name", "given name yomi",
    "additional name yomi", "family name yomi", "given yomi", "surname yomi", "company yomi", "organization 1 yomi name",
    "organization 1 type", "organization 1 symbol", "initials", "e-mail type", "e-mail display name", "e-mail 2 type",
    "e-mail 2 display name", "e-mail 3 type", "e-mail 3 display name", "directory server", "internet free busy", "priority",
    "private", "sensitivity", "mileage", "billing information", "address 1 label", "address 1 type", "address 2 label",
    "address 2 type", "address 3 label", "address 3 type", "website 1 label", "website 1 type", "is deleted", "system modstamp",
    "master record id", "owner id", "photo url", "marketing contact status", "email domain", "short name", "maiden name",
    "reason refused", "line refused", "updated at", "updated date", "last modified date", "version", "user id", "owner id",
    "tier", "next follow-up", "updated",
)  # fmt: skip

# The label that goes with a value: "Phone 2 - Label" says what "Phone 2 - Value" is.
VALUE_LABELS = {f"{kind} {number} {word}": f"{kind} {number} value"
                for kind in ("phone", "e-mail") for number in range(1, 6) for word in ("label", "type")}  # fmt: skip

# What other programs call the values of our own lists.
TYPE_WORDS = {
    "business": (
        "business",
        "company",
        "organization",
        "organisation",
        "corporate",
        "b2b",
        "firm",
        "account",
        "commercial",
    ),
    "individual": ("individual", "person", "private", "personal", "consumer", "b2c", "contact", "private person"),
}
STATUS_WORDS = {
    "active": ("active", "customer", "client", "evangelist", "current", "enabled", "closed won"),
    "inactive": ("inactive", "former customer", "former", "closed", "lost", "archived", "disabled", "churned", "unqualified",
                 "closed - not converted", "bad timing"),
    "prospect": ("prospect", "lead", "new", "open", "subscriber", "marketing qualified lead", "sales qualified lead",
                 "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "in progress", "open deal", "attempted to contact",
                 "connected", "open - not contacted", "working - contacted"),
}  # fmt: skip

# Groups that Google and Outlook put everybody in.
SYSTEM_LABELS = ("* mycontacts", "mycontacts", "* starred")

# The other kinds of import: what their columns are called, by target.
OTHER_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "contacts": {
        "company_name": NAMES["company_name"],
        "company_email": ("company email", "company e-mail", "account email"),
        "contact_name": tuple(name for name in NAMES["contact_name"] if "customer" not in name),
        "first_name": NAMES["first_name"],
        "middle_name": NAMES["middle_name"],
        "last_name": NAMES["last_name"],
        "role": ("role", "job title", "title", "position", "function", "contact title", "organization title",
                 "organization 1 title", "department"),
        "email": EMAILS,
        "phone": PHONES,
        "is_primary": ("primary", "is primary", "primary contact", "main contact", "is_primary"),
        "notes": FIELDS["notes"],
    },
    "interactions": {
        "customer_number": FIELDS["customer_number"],
        "customer_email": ("customer email", "contact email", "email", "e-mail", "email address", "to"),
        "customer_phone": ("customer phone", "contact phone", "phone", "phone number", "telephone"),
        "customer_name": ("customer", "customer name", "contact", "contact name", "name", "full name", "related to"),
        "company_name": ("company", "company name", "account", "account name", "organization"),
        "subject": ("subject", "title", "summary", "topic", "task subject"),
        "type": ("type", "interaction type", "activity type", "kind", "channel"),
        "created_at": ("date", "logged", "created at", "created_at", "when", "activity date", "date and time", "start", "start date",
                       "timestamp", "time"),
        "description": ("description", "notes", "note", "comments", "comment", "body", "details", "text"),
        "outcome": ("outcome", "result", "call result"),
        "status": ("status", "state"),
        "priority": ("priority", "importance"),
        "duration": ("duration", "minutes", "duration minutes", "duration in minutes", "call duration"),
        "follow_up": ("follow up", "follow-up", "follow_up", "next follow-up", "due", "due date", "reminder"),
        "author": ("author", "user", "username", "logged by", "owner", "assigned to", "created by"),
    },
    "products": {
        "sku": ("sku", "product number", "product code", "product id", "item number", "item code", "article number", "part number",
                "variant sku", "artikelnummer", "code", "id"),
        "name": ("name", "product name", "product", "title", "item name", "item", "description", "bezeichnung"),
        "category": ("category", "category name", "product category", "product type", "type", "group", "kategorie"),
        "unit_price": ("price", "unit price", "list price", "sales price", "selling price", "variant price", "regular price", "preis"),
        "currency": ("currency", "currency code", "währung"),
        "is_active": ("active", "is active", "available", "enabled", "published"),
        "discontinued": ("discontinued", "inactive", "archived", "retired"),
    },
    "orders": {
        "order_number": ("order number", "order no", "order no.", "order id", "order", "number", "sales order", "document number",
                         "invoice number", "bestellnummer", "auftragsnummer"),
        "ordered_at": ("date", "order date", "ordered", "ordered at", "ordered on", "created at", "placed at", "purchase date",
                       "bestelldatum", "datum"),
        "status": ("status", "state", "order status"),
        "shipped_at": ("shipped date", "shipped at", "shipped on", "ship date", "shipping date"),
        "currency": ("currency", "currency code", "währung"),
        "total": ("total", "order total", "grand total", "amount", "total amount", "order amount", "gesamtbetrag", "summe"),
        "notes": ("notes", "note", "comments", "comment", "remarks"),
        "customer_number": FIELDS["customer_number"],
        "customer_email": ("customer email", "email", "e-mail", "email address", "contact email", "billing email"),
        "customer_phone": ("customer phone", "phone", "phone number", "telephone"),
        "customer_name": ("customer", "customer name", "contact name", "contact", "name", "billing name"),
        "company_name": ("company", "company name", "account", "account name", "organization", "business name"),
        "sku": ("sku", "product number", "product code", "product id", "item number", "item code", "article number", "part number",
                "lineitem sku", "artikelnummer"),
        "description": ("description", "product", "product name", "item", "item name", "line item", "lineitem name", "title"),
        "quantity": ("quantity", "qty", "units", "pieces", "lineitem quantity", "menge", "anzahl"),
        "unit_price": ("unit price", "price", "price each", "item price", "lineitem price", "einzelpreis"),
        "discount": ("discount", "rabatt"),
        "discount_percent": ("discount percent", "discount in percent", "discount percentage"),
        "discount_fraction": ("discount fraction", "discount rate"),
    },
}  # fmt: skip
