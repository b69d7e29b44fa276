# ruff: noqa: E501 - rows of exports, whole
"""Column names of other programs, and what becomes of the cells below them."""

import pytest

from crm_desktop.importing.checking import Checked, Refused, check, same_in_file
from crm_desktop.importing.drafts import Composer, Draft
from crm_desktop.importing.mapping import map_columns

NORTHWIND = "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax"
GOOGLE_2024 = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,"
    "Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,"
    "Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,"
    "Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Website 1 - Label,Website 1 - Value"
)
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,Birthday,Notes,"
    "Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Formatted,"
    "Address 1 - Street,Address 1 - City,Address 1 - Country,Organization 1 - Name,Organization 1 - Title"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Business Fax,"
    "Business Phone,Business Phone 2,Home Phone,Mobile Phone,Account,Birthday,Categories,E-mail Address,E-mail Type,"
    "E-mail Display Name,E-mail 2 Address,Notes,Priority,Private,Web Page"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,Company Name,"
    "Mobile Phone Number,Street Address,City,State/Region,Postal Code,Country/Region,Job Title,Lifecycle Stage"
)
SALESFORCE_REPORT = (
    "Salutation,First Name,Last Name,Title,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,"
    "Mailing Country,Phone,Mobile,Fax,Email,Account Owner,Account Name,Lead Source"
)
SALESFORCE_LOADER = (
    "Id,IsDeleted,Account.Name,LastName,FirstName,Salutation,Name,OtherStreet,OtherCity,MailingStreet,MailingCity,"
    "MailingState,MailingPostalCode,MailingCountry,Phone,Fax,MobilePhone,HomePhone,Title,Email,LeadSource,Description"
)
SALESFORCE_ACCOUNTS = "Name,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,Website,Type"
OUR_OWN = "company_name,contact_name,email,phone,address,city,state,country,postal_code,customer_type,status,source,tags,notes"


def row(header: str, **values: str) -> Checked:
    """The customer made of one row; the values by column name, spaces and all in `cells`."""
    return of(header, values)


def of(header: str, values: dict[str, str]) -> Checked:
    names = header.split(",")
    assert set(values) <= set(names)
    composer = Composer(map_columns(names))
    return check(composer.compose([values.get(name, "") for name in names]), 2)


@pytest.mark.parametrize(
    "header",
    [NORTHWIND, GOOGLE_2024, GOOGLE_OLD, OUTLOOK, HUBSPOT, SALESFORCE_REPORT, SALESFORCE_LOADER, SALESFORCE_ACCOUNTS,
     OUR_OWN],
)  # fmt: skip
def test_every_column_of_the_known_exports_is_known(header: str) -> None:
    mapping = map_columns(header.split(","))
    assert mapping.usable
    assert not mapping.unknown


def test_northwind() -> None:
    made = row(
        NORTHWIND, customerID="LACOR", companyName="La corne d'abondance", contactName="Daniel Tonini",
        contactTitle="Sales Representative", address="67, avenue de l'Europe", city="Versailles", region="NULL",
        postalCode="78000", country="France", phone="30.59.84.10", fax="30.59.85.11",
    )  # fmt: skip
    assert made.company_name == "La corne d'abondance"
    assert (made.contact_name, made.city, made.state, made.country) == ("Daniel Tonini", "Versailles", "", "France")
    assert (made.phone, made.phone_national) == ("30.59.84.10", "")
    assert made.customer_type == "business"
    assert made.customer_number == "LACOR"
    assert made.notes == "Contact title: Sales Representative\nFax: 30.59.85.11"


def test_google_contacts() -> None:
    made = of(
        GOOGLE_2024,
        {
            "First Name": "Grace", "Middle Name": "Brewster", "Last Name": "Hopper", "Name Prefix": "Adm.",
            "Nickname": "Amazing Grace", "Organization Name": "US Navy", "Organization Title": "Rear Admiral",
            "Birthday": "1906-12-09", "Notes": "Found the moth.", "Photo": "https://example.com/p.jpg",
            "Labels": "* myContacts ::: Navy ::: * friends", "E-mail 1 - Label": "* Work",
            "E-mail 1 - Value": "grace@navy.example ::: hopper@navy.example", "E-mail 2 - Label": "Home",
            "E-mail 2 - Value": "grace@example.com", "Phone 1 - Label": "Mobile", "Phone 1 - Value": "+1 212 555 0199",
            "Phone 2 - Label": "Home", "Phone 2 - Value": "212-736-5000", "Address 1 - Street": "1 Main St",
            "Address 1 - City": "Arlington", "Address 1 - Region": "VA", "Address 1 - Postal Code": "22201",
            "Address 1 - Country": "USA", "Address 1 - Extended Address": "Suite 4",
            "Website 1 - Value": "https://example.com/grace",
        },
    )  # fmt: skip
    assert (made.contact_name, made.company_name) == ("Grace Brewster Hopper", "US Navy")
    assert (made.email, made.phone) == ("grace@navy.example", "+12125550199")
    assert made.address == "1 Main St, Suite 4"
    assert made.tags == ("Navy", "friends")
    assert made.notes.split("\n") == [
        "Found the moth.",
        "Name Prefix: Adm.",
        "Nickname: Amazing Grace",
        "Organization Title: Rear Admiral",
        "Birthday: 1906-12-09",
        "Website 1 - Value: https://example.com/grace",
        "E-mail 1 - Value (Work): hopper@navy.example",
        "E-mail 2 - Value (Home): grace@example.com",
        "Phone 2 - Value (Home): 212-736-5000",
    ]


def test_outlook_takes_the_business_address_and_keeps_the_home_one() -> None:
    made = of(
        OUTLOOK,
        {
            "Title": "Dr.", "First Name": "Ana", "Last Name": "Pérez", "Company": "Pérez S.L.", "Account": "4711",
            "Business Street": "Calle Mayor 1", "Business City": "Madrid", "Business Country/Region": "Spain",
            "Home Street": "Calle Luna 2", "Home City": "Getafe", "Mobile Phone": "612 34 56 78",
            "Home Phone": "915 55 22 82", "E-mail Address": "ana@perez.example", "E-mail 2 Address": "a@home.example",
            "Categories": "VIP;Madrid", "Priority": "Normal",
        },
    )  # fmt: skip
    assert (made.company_name, made.address, made.city) == ("Pérez S.L.", "Calle Mayor 1", "Madrid")
    assert made.phone == "+34612345678"
    assert made.tags == ("VIP", "Madrid")
    for kept in ("Home address: Calle Luna 2, Getafe", "Home Phone: 915 55 22 82", "Account: 4711", "Title: Dr."):
        assert kept in made.notes.split("\n")


def test_hubspot() -> None:
    made = of(
        HUBSPOT,
        {
            "Record ID": "901", "First Name": "Jo", "Last Name": "Li", "Email": "jo.li@acme.example", "Lead Status": "Open",
            "Company Name": "Acme", "Mobile Phone Number": "+44 7400 123456", "Lifecycle Stage": "Customer",
        },
    )  # fmt: skip
    assert (made.status, made.phone, made.customer_type) == ("prospect", "+447400123456", "business")
    assert "Lifecycle Stage: Customer" in made.notes
    assert "Lead Status: Open" in made.notes


def test_salesforce() -> None:
    contact = of(
        SALESFORCE_LOADER,
        {
            "Name": "Ann Lee", "FirstName": "Ann", "LastName": "Lee", "Account.Name": "Lee & Co", "MailingCity": "Leeds",
            "MailingCountry": "UK", "OtherCity": "York", "Phone": "0113 293 5555", "LeadSource": "Web",
        },
    )  # fmt: skip
    assert (contact.contact_name, contact.company_name, contact.city) == ("Ann Lee", "Lee & Co", "Leeds")
    assert (contact.source, contact.phone) == ("Web", "+441132935555")
    assert contact.notes == "Other address: York"
    account = of(SALESFORCE_ACCOUNTS, {"Name": "Burlington Textiles", "BillingCity": "Burlington", "Type": "Customer"})
    assert (account.company_name, account.contact_name) == ("Burlington Textiles", "")
    assert account.notes == "Type: Customer"


def test_our_own_columns() -> None:
    made = row(
        OUR_OWN, contact_name="Ann Lee", customer_type="business", status="inactive", source="fair",
        tags='["a, b", "c"]', notes="one\ntwo", email="Ann.Lee@Example.COM",
    )  # fmt: skip
    assert (made.customer_type, made.status, made.source) == ("business", "inactive", "fair")
    assert made.tags == ("a, b", "c")
    assert (made.notes, made.email) == ("one\ntwo", "Ann.Lee@example.com")


def test_unknown_columns_are_reported_and_kept_in_the_notes() -> None:
    mapping = map_columns(["name", "Favourite colour"])
    assert mapping.unknown == ("Favourite colour",)
    assert check(Composer(mapping).compose(["Ann", "green"]), 2).notes == "Favourite colour: green"


def test_somebody_may_be_called_null() -> None:
    header = "first name,last name,city"
    assert of(header, {"first name": "Jennifer", "last name": "NULL"}).contact_name == "Jennifer NULL"
    assert of(header, {"first name": "Ann", "last name": "NULL", "city": "NULL"}).contact_name == "Ann"
    assert of(header, {"first name": "Ann", "last name": "Null", "city": "NULL"}).contact_name == "Ann Null"


def test_the_habit_of_writing_null_is_learnt_from_other_rows() -> None:
    composer = Composer(map_columns(["first name", "last name", "city"]))
    composer.look_at(["Bob", "Ross", "NULL"])
    assert composer.compose(["Cher", "NULL", "Malibu"]).contact_name == "Cher"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": "a@example.com"}, "Neither a contact name nor a company name."),
        ({"contact_name": "Ann", "email": "ann at home"}, "This is not an email address"),
        ({"contact_name": "x" * 301}, "The contact name is 301 characters long"),
        ({"contact_name": "Ann", "phone": "1" * 400}, "The phone number is 400 characters long"),
        ({"contact_name": "Ann", "city": "x" * 10_000_000}, "The city is 10,000,000 characters long"),
        ({"contact_name": "Ann", "tags": "t" * 51}, "has more than 50 characters"),
    ],
)
def test_rows_that_break_a_rule_say_which(values: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        of(OUR_OWN, values)


def test_the_first_valid_address_is_taken_and_the_others_kept() -> None:
    made = of("name,email", {"name": "Ann", "email": "home; Ann Lee <ann@example.com>, ann@work.example"})
    assert made.email == "ann@example.com"
    assert (made.notes, made.other_emails) == ("Email: home", ("ann@work.example",))


def test_a_number_without_a_known_country_stays_as_written() -> None:
    assert of("name,phone", {"name": "Ann", "phone": "030 123456"})[5:7] == ("030 123456", "")
    assert of("name,phone", {"name": "Ann", "phone": "0049 30 1234567"})[5:7] == ("+49301234567", "0301234567")


def test_formulas_are_text() -> None:
    assert of("name,city", {"name": '=HYPERLINK("x")', "city": "@SUM(A1)"}).contact_name == '=HYPERLINK("x")'


def person(**values: str) -> Checked:
    draft = Draft(contact_name=values.get("name", "Ann Lee"), company_name=values.get("company", ""))
    draft.city = values.get("city", "")
    draft.emails = [(values["email"], "")] if "email" in values else []
    draft.phones = [(values["phone"], "")] if "phone" in values else []
    return check(draft, 2)


def same(one: Checked, other: Checked) -> bool:
    return bool(set(same_in_file(one)) & set(same_in_file(other)))


def test_who_is_the_same_within_a_file() -> None:
    assert same(person(email="a@example.com"), person(email="A@example.com", name="ann lée", city="Oslo"))
    assert not same(person(email="info@example.com"), person(email="info@example.com", name="Bob"))
    assert not same(person(email="a@example.com"), person(email="b@example.com"))
    assert same(person(phone="123", city="Oslo"), person(phone="123", city="Bergen"))
    assert not same(person(phone="123"), person(phone="456"))
    assert same(person(city="Oslo"), person(city="OSLO"))
    assert not same(person(city="Oslo"), person(city="Bergen"))
    assert same(person(company="Acme", city="Oslo", phone="1"), person(company="ACME", city="Oslo", phone="2"))
