"""Rows → Summary: each measure's mean, or rate, with its interval; of a whole run and of its parts.

A measure that applies to none of the rows is absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from eval.errors import RunDamaged, RunMissing
from eval.files import write_whole
from eval.intervals import Estimate, Weights, mean_interval, statistic_interval
from eval.metrics.abstention import RiskCoverage, area_under_risk_coverage, auroc, risk_coverage, youden_j
from eval.questions import ORIGINAL
from eval.rows import Row
from eval.scoring import KS

_RETRIEVAL = (
    *(f"{name}@{k}" for name in ("recall", "success", "section_success") for k in KS),
    "mrr@10",
    "ndcg@10",
)
_ANSWERS = ("right", "truthfulness", "right_answered", "contains", "exact_match", "f1", "content_f1")
_CITATIONS = (
    "citation_precision",
    "citation_precision_answered",
    "citation_recall",
    "sentences_cited",
    "support",
    "claimed_supported",
    "cited_characters",
    "invalid_markers",
)
_PERCENTILES = (50, 90, 95)

Estimates = Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a set of rows measured. `latency` is in milliseconds, `counts` are of questions."""

    retrieval: Estimates
    answers: Estimates
    citations: Estimates
    abstention: Estimates
    latency: Estimates
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run's numbers: over its questions as the set has them, and over each part.

    `shapes` are the ways learners put questions, where the set names them or variants were made;
    `qtypes` the question types of the original questions; `baselines` what stands beside every run:
    `eval.baselines`.
    """

    overall: Summary
    shapes: Mapping[str, Summary]
    qtypes: Mapping[str, Summary]
    baselines: Mapping[str, Summary]


def summarise_run(rows: Sequence[Row], baselines: Mapping[str, Sequence[Row]]) -> RunSummary:
    """The summary of a run's scored rows and of those of its baselines."""
    originals = [row for row in rows if not row.question.is_variant]
    return RunSummary(
        overall=summarise(originals),
        shapes=_parts([row for row in rows if row.question.shape != ORIGINAL], lambda row: row.question.shape),
        qtypes=_parts([row for row in originals if row.question.qtype], lambda row: row.question.qtype),
        baselines={name: summarise(measured) for name, measured in baselines.items()},
    )


def summarise(rows: Sequence[Row]) -> Summary:
    """The summary of scored rows; call it on any part of a run for a breakdown."""
    return Summary(
        retrieval=_means(rows, _RETRIEVAL),
        answers=_means(rows, _ANSWERS),
        citations=_means(rows, _CITATIONS),
        abstention=_abstention(rows),
        latency=_latency(rows),
        counts=_counts(rows),
    )


def _parts(rows: Sequence[Row], part: Callable[[Row], str]) -> dict[str, Summary]:
    names = dict.fromkeys(part(row) for row in rows)
    return {name: summarise([row for row in rows if part(row) == name]) for name in names}


def _means(rows: Iterable[Row], names: Sequence[str]) -> dict[str, Estimate]:
    means = {name: _mean(rows, name) for name in names}
    return {name: mean for name, mean in means.items() if mean is not None}


def _mean(rows: Iterable[Row], name: str) -> Estimate | None:
    scored = [row for row in rows if name in row.scores]
    if not scored:
        return None
    return mean_interval([row.scores[name] for row in scored], [row.question.section for row in scored])


def _abstention(rows: Sequence[Row]) -> dict[str, Estimate]:
    kinds = dict.fromkeys(row.question.unanswerable_kind for row in rows if "refused" in row.scores)
    of_kind = {kind: [row for row in rows if row.question.unanswerable_kind == kind] for kind in kinds if kind}
    estimates = {
        "recall": _mean(rows, "refused"),
        **{f"recall:{kind}": _mean(of, "refused") for kind, of in of_kind.items()},
        "false_refusal": _mean(rows, "false_refusal"),
        "youden_j": _youden_j(rows),
        "auroc": _auroc([(row, row.confidence) for row in rows if row.confidence is not None]),
        "auroc_top_score": _auroc([(row, row.retrieved[0].score) for row in rows if row.retrieved]),
        "aurc": _aurc(rows),
    }
    return {name: estimate for name, estimate in estimates.items() if estimate is not None}


def _youden_j(rows: Sequence[Row]) -> Estimate | None:
    judged = [row for row in rows if row.scores.keys() & {"refused", "false_refusal"}]
    refused = np.array([row.answered is False for row in judged], dtype=float)
    answerable = np.array([row.question.answerable is True for row in judged], dtype=bool)

    def j(weights: Weights) -> float | None:
        of_answerable, of_others = weights[answerable].sum(), weights[~answerable].sum()
        if not of_answerable or not of_others:
            return None
        caught = float(weights[~answerable] @ refused[~answerable] / of_others)
        return youden_j(caught, float(weights[answerable] @ refused[answerable] / of_answerable))

    return statistic_interval(j, [row.question.section for row in judged])


def _auroc(scored: Sequence[tuple[Row, float]]) -> Estimate | None:
    known = [(row, score) for row, score in scored if row.question.answerable is not None]
    scores = [score for _, score in known]
    answerable = [row.question.answerable is True for row, _ in known]
    return statistic_interval(
        lambda weights: auroc(scores, answerable, weights), [row.question.section for row, _ in known]
    )


def _aurc(rows: Sequence[Row]) -> Estimate | None:
    confidence, right, answered = _told(rows)
    return statistic_interval(
        lambda weights: area_under_risk_coverage(confidence, right, weights),
        [row.question.section for row in answered],
    )


def risk_coverage_of(rows: Sequence[Row]) -> list[RiskCoverage]:
    """The risk-coverage curve of scored rows; empty where the assistant states no confidence."""
    confidence, right, _ = _told(rows)
    return risk_coverage(confidence, right, sum(_is_judged(row) for row in rows))


def _told(rows: Sequence[Row]) -> tuple[list[float], list[bool], list[Row]]:
    """Of the judged rows with an answer and a confidence: the confidence, whether it was right, and the row."""
    told = [(row, row.confidence) for row in rows if row.answered and _is_judged(row)]
    known = [(row, confidence) for row, confidence in told if confidence is not None]
    right = [row.scores.get("right") == 1 for row, _ in known]
    return [confidence for _, confidence in known], right, [row for row, _ in known]


def _is_judged(row: Row) -> bool:
    return "right" in row.scores or "refused" in row.scores


def _latency(rows: Sequence[Row]) -> dict[str, Estimate]:
    estimates: dict[str, Estimate] = {}
    for name in ("retrieve_ms", "first_token_ms", "total_ms"):
        timed = [(getattr(row.timings, name), row.question.section) for row in rows if not row.error]
        measured = sorted((ms, section) for ms, section in timed if ms > 0)
        for percent in _PERCENTILES:
            estimate = _percentile([ms for ms, _ in measured], [section for _, section in measured], percent)
            if estimate:
                estimates[f"{name}_p{percent}"] = estimate
    return estimates


def _percentile(ascending: Sequence[float], sections: Sequence[str], percent: int) -> Estimate | None:
    """The nearest-rank percentile."""

    def of_drawn(weights: Weights) -> float | None:
        up_to = np.cumsum(weights)
        return ascending[int(np.searchsorted(up_to, up_to[-1] * percent / 100))] if len(up_to) else None

    return statistic_interval(of_drawn, sections)


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    return {
        "questions": len(rows),
        "answerable": sum(row.question.answerable is True for row in rows),
        "unanswerable": sum(row.question.answerable is False for row in rows),
        "answered": sum(row.answered is True for row in rows),
        "refused": sum(row.answered is False for row in rows),
        "right": sum(row.scores.get("right") == 1 for row in rows),
        "wrong": sum(row.scores.get("truthfulness") == -1 for row in rows),
        "errors": sum(bool(row.error) for row in rows),
    }


def write_summary(path: Path, summary: RunSummary) -> None:
    """Write summary.json: the overall summary, with ``shapes``, ``qtypes`` and ``baselines`` beside it."""
    item = _to_json(summary.overall)
    for part in ("shapes", "qtypes", "baselines"):
        item[part] = {name: _to_json(one) for name, one in getattr(summary, part).items()}
    write_whole(path, json.dumps(item, indent=2, ensure_ascii=False).encode() + b"\n")


def load_summary(folder: Path) -> RunSummary:
    """The summary in a run folder. Raises `RunMissing` or `RunDamaged`."""
    path = folder / "summary.json"
    try:
        item = json.loads(path.read_bytes())
        parts = {
            part: {name: _from_json(one) for name, one in item[part].items()}
            for part in ("shapes", "qtypes", "baselines")
        }
        return RunSummary(_from_json(item), **parts)
    except FileNotFoundError as error:
        raise RunMissing(f"{folder} holds no finished run; finish it with coursecite eval run.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunDamaged(
            f"{path} is not what was written; make it anew with coursecite eval score {folder}."
        ) from error


def _to_json(summary: Summary) -> dict[str, Any]:
    item = asdict(summary)
    for section in item.values():
        for name, estimate in section.items():
            if isinstance(estimate, dict):
                section[name] = {key: _rounded(value) for key, value in estimate.items()}
    return item


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, 6)


def _from_json(item: Mapping[str, Any]) -> Summary:
    sections = [one.name for one in fields(Summary) if one.name != "counts"]
    estimates = {section: {name: Estimate(**one) for name, one in item[section].items()} for section in sections}
    return Summary(**estimates, counts=item["counts"])
