"""The currencies of ISO 4217 that are in use, and how amounts are written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
)
CODES = frozenset(_CODES.split())
USUAL = ("EUR", "USD", "GBP", "CHF")
"""Offered first."""
DEFAULT = "EUR"
USUAL_HERE = f"""
SELECT coalesce(
    (
        SELECT currency FROM (SELECT currency FROM crm.orders ORDER BY ordered_at DESC, id DESC LIMIT 1000) o
        GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1
    ),
    (SELECT currency FROM crm.products GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1),
    '{DEFAULT}'
)
"""
"""The currency of most of the newest orders, else of most products."""
_CENT = Decimal("0.01")


def shown(amount: Decimal) -> str:
    """An amount in cents, as kept to four decimals or typed: "1,234.50"."""
    return f"{amount.quantize(_CENT, ROUND_HALF_UP):,}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: "1,234.50 EUR"."""
    return f"{shown(amount)} {currency}"
