"""Pages and slides in sentences for people."""

from __future__ import annotations

from collections.abc import Sequence


def about(kind: str, numbers: Sequence[int], one: str, many: str) -> str:
    """The beginning of a sentence about pages, `one` for a single page and `many` for more; `numbers` ascend.

    >>> about("Page", [3, 4, 5, 9], "is empty", "are empty")
    'Pages 3-5, 9 are empty'
    >>> about("Slide", [7], "is empty", "are empty")
    'Slide 7 is empty'
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"{kind} {told} {one}" if len(numbers) == 1 else f"{kind}s {told} {many}"
