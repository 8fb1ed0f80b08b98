"""Numbers and dates of a worksheet, as their cells show them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | date | time | timedelta | None

_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?(?:E[+-]?0+)?|\.[#0?]+")
_INVISIBLE = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|\\(.)|\"([^\"]*)\"")
"""Currencies, colours and conditions, spaces and fillers; the groups are what is shown of them."""


def shown(value: CellValue, number_format: str) -> str:
    """A value as a person sees it, by the format codes of ECMA-376, part 1, 18.8.31; fractions as decimals.

    Dates are written as in ISO 8601: how a cell shows them depends on the reader's country.

    >>> shown(0.125, "0.0%"), shown(1234.5, '#,##0.00 "EUR"'), shown(3.0, "General")
    ('12.5%', '1,234.50 EUR', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
    return value.isoformat("minutes") if isinstance(value, time) else str(value)


def _number(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    pattern = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    visible = _INVISIBLE.sub(lambda match: match[1] or match[2] or match[3] or "", pattern)
    digits = _DIGITS.search(visible)
    if digits is None or "General" in pattern or "/" in visible:
        return f"{value:.11g}"
    magnitude = abs(value) if pattern is not sections[0] else value
    told = _digits(magnitude * (100 if "%" in visible else 1), digits[0])
    return (visible[: digits.start()] + told + visible[digits.end() :]).strip()


def _digits(value: float, pattern: str) -> str:
    mantissa, exponent, _ = pattern.partition("E")
    whole, _, decimals = mantissa.partition(".")
    if exponent:
        return f"{value:.{len(decimals)}E}"
    told = f"{value:{',' if ',' in whole.rstrip(',') else ''}.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    while optional and told.endswith("0"):
        told, optional = told[:-1], optional - 1
    return told.rstrip(".")
