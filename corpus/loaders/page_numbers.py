"""Pages, slides and sheets in sentences for people."""

from __future__ import annotations

from collections.abc import Sequence


def are(kind: str, numbers: Sequence[int]) -> str:
    """The subject and verb of a sentence about pages; `numbers` ascend.

    >>> are("Page", [3, 4, 5, 9])
    'Pages 3-5, 9 are each'
    >>> are("Page", [7])
    'Page 7 is'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number, number])
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"{kind} {told} is" if len(numbers) == 1 else f"{kind}s {told} are each"
