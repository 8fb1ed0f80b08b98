"""Tables as text: one line a row, so that a row can be quoted."""

from __future__ import annotations

from collections.abc import Sequence

_BETWEEN_CELLS = " | "


def table_text(rows: Sequence[Sequence[str]], headers: Sequence[str] = ()) -> str:
    r"""The rows of a table, one a line; cells without text are left out.

    Where the `headers` of the columns are known for certain, each cell is told with its own, so
    that a row can be understood, and cited, alone. Else the rows stand as they are.

    >>> table_text([["Metformin", "500 mg"]], headers=["Drug", "Dose"])
    'Drug: Metformin | Dose: 500 mg'
    >>> table_text([["Drug", "Dose"], ["Metformin", "500 mg"]])
    'Drug | Dose\nMetformin | 500 mg'
    """
    labels = [_one_line(header) for header in headers]
    lines = [_BETWEEN_CELLS.join(_cells(row, labels)) for row in rows]
    if labels and not any(lines):
        return _BETWEEN_CELLS.join(label for label in labels if label)
    return "\n".join(line for line in lines if line)


def _cells(row: Sequence[str], labels: Sequence[str]) -> list[str]:
    told = []
    for column, cell in enumerate(row):
        text = _one_line(cell)
        label = labels[column] if column < len(labels) else ""
        if text:
            told.append(f"{label}: {text}" if label and label != text else text)
    return told


def _one_line(text: str) -> str:
    return " ".join(text.split())
