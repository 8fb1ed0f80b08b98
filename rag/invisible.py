"""Characters that are not seen but change what is read: zero-width, bidirectional, tags, variation selectors."""

from __future__ import annotations

_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
_INVISIBLE = {code: None for first, last in _RANGES for code in range(first, last + 1)}


def visible(text: str) -> str:
    r"""`text` without characters that nobody sees.

    >>> visible("ig\u200bnore\u202e")
    'ignore'
    """
    return text if text.isascii() else text.translate(_INVISIBLE)
