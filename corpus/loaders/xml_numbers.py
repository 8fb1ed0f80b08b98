"""Whole numbers in the attributes of XML from strangers."""

from __future__ import annotations


def whole_number(value: str | None, default: int, most: int) -> int:
    """The number that `value` writes, at most `most`; `default` where it writes none.

    >>> whole_number("3", 1, 63), whole_number("99999", 1, 63), whole_number("NaN", 1, 63)
    (3, 63, 1)
    """
    if value is None or not (value.isascii() and value.isdecimal()):
        return default
    return min(int(value[:_MOST_DIGITS]), most)


_MOST_DIGITS = 18
