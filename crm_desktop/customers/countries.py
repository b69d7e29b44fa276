"""From a country as people write it to its ISO 3166-1 region."""

from __future__ import annotations

import unicodedata
from functools import cache

# ISO 3166-1: alpha-2 and alpha-3 of each region that phone numbers can belong to.
_CODES = """
AD AND AE ARE AF AFG AG ATG AI AIA AL ALB AM ARM AO AGO AR ARG AS ASM AT AUT AU AUS AW ABW AX ALA AZ AZE BA BIH BB BRB
BD BGD BE BEL BF BFA BG BGR BH BHR BI BDI BJ BEN BL BLM BM BMU BN BRN BO BOL BQ BES BR BRA BS BHS BT BTN BW BWA BY BLR
BZ BLZ CA CAN CC CCK CD COD CF CAF CG COG CH CHE CI CIV CK COK CL CHL CM CMR CN CHN CO COL CR CRI CU CUB CV CPV CW CUW
CX CXR CY CYP CZ CZE DE DEU DJ DJI DK DNK DM DMA DO DOM DZ DZA EC ECU EE EST EG EGY EH ESH ER ERI ES ESP ET ETH FI FIN
FJ FJI FK FLK FM FSM FO FRO FR FRA GA GAB GB GBR GD GRD GE GEO GF GUF GG GGY GH GHA GI GIB GL GRL GM GMB GN GIN GP GLP
GQ GNQ GR GRC GT GTM GU GUM GW GNB GY GUY HK HKG HN HND HR HRV HT HTI HU HUN ID IDN IE IRL IL ISR IM IMN IN IND IO IOT
IQ IRQ IR IRN IS ISL IT ITA JE JEY JM JAM JO JOR JP JPN KE KEN KG KGZ KH KHM KI KIR KM COM KN KNA KP PRK KR KOR KW KWT
KY CYM KZ KAZ LA LAO LB LBN LC LCA LI LIE LK LKA LR LBR LS LSO LT LTU LU LUX LV LVA LY LBY MA MAR MC MCO MD MDA ME MNE
MF MAF MG MDG MH MHL MK MKD ML MLI MM MMR MN MNG MO MAC MP MNP MQ MTQ MR MRT MS MSR MT MLT MU MUS MV MDV MW MWI MX MEX
MY MYS MZ MOZ NA NAM NC NCL NE NER NF NFK NG NGA NI NIC NL NLD NO NOR NP NPL NR NRU NU NIU NZ NZL OM OMN PA PAN PE PER
PF PYF PG PNG PH PHL PK PAK PL POL PM SPM PR PRI PS PSE PT PRT PW PLW PY PRY QA QAT RE REU RO ROU RS SRB RU RUS RW RWA
SA SAU SB SLB SC SYC SD SDN SE SWE SG SGP SH SHN SI SVN SJ SJM SK SVK SL SLE SM SMR SN SEN SO SOM SR SUR SS SSD ST STP
SV SLV SX SXM SY SYR SZ SWZ TC TCA TD TCD TG TGO TH THA TJ TJK TK TKL TL TLS TM TKM TN TUN TO TON TR TUR TT TTO TV TUV
TW TWN TZ TZA UA UKR UG UGA US USA UY URY UZ UZB VA VAT VC VCT VE VEN VG VGB VI VIR VN VNM VU VUT WF WLF WS WSM XK XKX
YE YEM YT MYT ZA ZAF ZM ZMB ZW ZWE
"""

# Names in daily use that the lists of official names leave out.
_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "united states of america": "US",
    "america": "US",
    "holland": "NL",
    "the netherlands": "NL",
    "brasil": "BR",
    "espana": "ES",
    "czech republic": "CZ",
    "czechia": "CZ",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "north korea": "KP",
    "russian federation": "RU",
    "russia": "RU",
    "viet nam": "VN",
    "ivory coast": "CI",
    "turkey": "TR",
    "turkiye": "TR",
    "uae": "AE",
    "macedonia": "MK",
    "burma": "MM",
    "hong kong": "HK",
    "macau": "MO",
    "taiwan": "TW",
    "republic of ireland": "IE",
    "eire": "IE",
    "ksa": "SA",
    "prc": "CN",
    "peoples republic of china": "CN",
    "swaziland": "SZ",
    "cape verde": "CV",
    "east timor": "TL",
    "democratic republic of the congo": "CD",
    "dr congo": "CD",
    "republic of the congo": "CG",
    "vatican": "VA",
    "palestine": "PS",
    "kosovo": "XK",
    "slovak republic": "SK",
    "suisse": "CH",
    "schweiz": "CH",
    "svizzera": "CH",
    "osterreich": "AT",
}


def region_of(country: str) -> str | None:
    """The two-letter region of a country given as a code or as a name in one of many languages; None if unknown."""
    key = _key(country)
    if not key:
        return None
    compact = key.replace(" ", "")
    return _codes().get(compact) or _ALSO.get(key) or _names().get(key)


def _key(name: str) -> str:
    """Without accents, case, punctuation, a leading "the" and double spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else "" if c in ".'’" else " " for c in plain).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@cache
def _codes() -> dict[str, str]:
    codes = _CODES.split()
    regions = {code.lower(): code for code in codes[::2]}
    regions.update({long.lower(): code for code, long in zip(codes[::2], codes[1::2], strict=True)})
    return regions


@cache
def _names() -> dict[str, str]:
    """The names of the regions in every language that phonenumbers carries; one that means two regions means none."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # 0.2 s: only when a name has to be looked up

    names: dict[str, str] = {}
    ambiguous: set[str] = set()
    for region, by_language in LOCALE_DATA.items():
        for name in by_language.values():
            key = _key(name) if not name.startswith("*") else ""
            if key and names.setdefault(key, region) != region:
                ambiguous.add(key)
    return {name: region for name, region in names.items() if name not in ambiguous}


def english_names() -> tuple[str, ...]:
    """Each country's English name, in alphabetical order."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    names: list[str] = []
    for code in _CODES.split()[::2]:
        by_language = LOCALE_DATA.get(code, {})
        name = by_language.get("en", "")
        if name.startswith("*"):  # "the same as in that language"
            name = by_language.get(name[1:], "")
        if name and not name.startswith("*"):
            names.append(name)
    return tuple(sorted(names))
