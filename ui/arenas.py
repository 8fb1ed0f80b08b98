"""Arenas: from how many heaps the threads of this process take their memory. Where that is glibc's to say, from two.

Each thread that glibc finds waiting for a heap gets another one, up to eight for each core, and each keeps room for
the most that was ever in it: for the tensors of one answer, some tens of MB. Over an hour the threads of a server meet
in ever more of them, and it grows, though nothing in it does.
"""

from __future__ import annotations

import ctypes
from typing import Final

MOST: Final = 2
_ARENA_MAX: Final = -8
"""M_ARENA_MAX of malloc.h."""


def limit_arenas() -> bool:
    """Have it be two from now on, before threads are started; whether that can be said here."""
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, MOST))
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return False
