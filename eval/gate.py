"""Gate: the numbers that a run must keep, in a TOML file, checked one by one; the same as JUnit XML for a CI.

`gate.toml` beside this module is the example, and the gate where no other is named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

from eval.compare import COMPARED, Comparison, Difference
from eval.errors import GateInvalid
from eval.files import write_whole
from eval.intervals import Estimate
from eval.summary import RunSummary

Limits = Mapping[tuple[str, str], float]
"""A number for each measure, by its section and name in summary.json."""

_SECTIONS = ("retrieval", "answers", "citations", "abstention", "latency")
_KEYS = ("at_least", "at_most", "allowance", "judged_by")


@dataclass(frozen=True, slots=True)
class Gate:
    """Bounds on the second run's values, and how much worse than the first it may be.

    `judged_by` "value" takes the measured change, "interval" its whole interval, as what must stay within the
    allowance.
    """

    at_least: Limits
    at_most: Limits
    allowance: Limits
    judged_by: Literal["value", "interval"] = "value"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate: whether it holds, in words; `passed` is None where the runs do not have the measure."""

    name: str
    passed: bool | None
    said: str


def read_gate(path: Path | None = None) -> Gate:
    """The gate in a file, or the included one. Raises `GateInvalid`."""
    path = path or Path(str(files("eval") / "gate.toml"))
    try:
        item = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateInvalid(f"The gate {path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise GateInvalid(f"The gate {path} is not TOML: {error}.") from error
    try:
        return _gate(item)
    except ValueError as error:
        raise GateInvalid(f"The gate {path}: {error}.") from error


def check_gate(comparison: Comparison, after: RunSummary, gate: Gate) -> list[Check]:
    """Every line of the gate, in the order of the file's sections."""
    differences = {(one.measure.section, one.measure.name): one for one in comparison.differences}
    return [
        *(_bound(name, limit, _value(after, name), at_least=True) for name, limit in gate.at_least.items()),
        *(_bound(name, limit, _value(after, name), at_least=False) for name, limit in gate.at_most.items()),
        *(_allowance(name, allowed, differences.get(name), gate.judged_by) for name, allowed in gate.allowance.items()),
    ]


def write_junit(path: Path, checks: Sequence[Check], comparison: Comparison) -> None:
    """The checks as JUnit XML, one test case each, for a CI to show. Raises `RunNotSaved`."""
    failed = sum(one.passed is False for one in checks)
    skipped = sum(one.passed is None for one in checks)
    counts = {"tests": str(len(checks)), "failures": str(failed), "skipped": str(skipped), "errors": "0"}
    suite = ElementTree.Element("testsuite", {"name": "coursecite eval compare", **counts})
    for one in checks:
        case = ElementTree.SubElement(suite, "testcase", {"classname": "gate", "name": one.name, "time": "0"})
        if one.passed is False:
            ElementTree.SubElement(case, "failure", {"message": one.said})
        elif one.passed is None:
            ElementTree.SubElement(case, "skipped", {"message": one.said})
    lost = ElementTree.SubElement(suite, "system-out")
    lost.text = "".join(f"lost: {question.id}\n" for question in comparison.lost)
    suites = ElementTree.Element("testsuites", counts)
    suites.append(suite)
    ElementTree.indent(suites)
    write_whole(path, ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True))


def _gate(item: Mapping[str, Any]) -> Gate:
    if unknown := [key for key in item if key not in _KEYS]:
        raise ValueError(f"there is no {unknown[0]!r} in a gate; it has {', '.join(_KEYS)}")
    judged_by = item.get("judged_by", "value")
    if judged_by not in ("value", "interval"):
        raise ValueError(f'judged_by is "value" or "interval", not {judged_by!r}')
    allowance = dict(_limits(item, "allowance"))
    compared = {(measure.section, measure.name) for measure in COMPARED}
    if unpaired := [name for name in allowance if name not in compared]:
        known = ", ".join(sorted(f"{section}.{name}" for section, name in compared))
        raise ValueError(f"runs are not compared by {'.'.join(unpaired[0])}, but by {known}")
    return Gate(dict(_limits(item, "at_least")), dict(_limits(item, "at_most")), allowance, judged_by)


def _limits(item: Mapping[str, Any], key: str) -> Iterator[tuple[tuple[str, str], float]]:
    for section in _table(item, key):
        if section not in _SECTIONS:
            raise ValueError(f"{key} has no section {section!r}; a summary has {', '.join(_SECTIONS)}")
        for name, limit in _table(_table(item, key), section).items():
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                raise ValueError(f"{key}.{section}.{name} must be a number, not {limit!r}")  # noqa: TRY004
            yield (section, name), float(limit)


def _table(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"{key} must be a table, not {value!r}")  # noqa: TRY004 - the caller makes one sentence of it
    return value


def _value(summary: RunSummary, name: tuple[str, str]) -> Estimate | None:
    estimates: Mapping[str, Estimate] = getattr(summary.overall, name[0])
    return estimates.get(name[1])


def _bound(name: tuple[str, str], limit: float, value: Estimate | None, *, at_least: bool) -> Check:
    title = f"{'.'.join(name)} at {'least' if at_least else 'most'} {limit:g}"
    if value is None:
        return Check(title, None, "not measured")
    passed = value.value >= limit if at_least else value.value <= limit
    return Check(title, passed, f"{value.value:.4g} ({value.low:.4g} to {value.high:.4g})")


def _allowance(name: tuple[str, str], allowed: float, difference: Difference | None, judged_by: str) -> Check:
    title = f"{'.'.join(name)} at most {allowed:g} worse"
    if difference is None:
        return Check(title, None, "not measured in both runs")
    gain = difference.surest_gain if judged_by == "interval" else difference.gain
    change = difference.change
    said = (
        f"from {difference.before:.4g} to {difference.after:.4g}, "
        f"a change of {change.value:+.4g} ({change.low:+.4g} to {change.high:+.4g})"
    )
    return Check(title, gain >= -allowed - 1e-9, said)
