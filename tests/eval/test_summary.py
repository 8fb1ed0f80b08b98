import json
import math

import pytest

from eval.errors import RunDamaged, RunMissing
from eval.questions import Question, Span
from eval.rows import Retrieved, Row
from eval.scoring import score
from eval.summary import load_summary, risk_coverage_of, summarise, summarise_run, write_summary
from rag import Timings


def row(id_, answerable=True, answered=True, text="adrenal", confidence=0.5, top=1.0, **keys):
    question = Question(
        id_,
        "Which?",
        ("adrenal",) if answerable else (),
        answerable,
        (id_[0],) if answerable else (),
        unanswerable_kind="" if answerable else "far",
        **{"qtype": "factoid", **keys},
    )
    return score(
        Row(
            question,
            answered=answered,
            text=text,
            confidence=confidence,
            retrieved=(Retrieved(Span("d", 0, 9), top),),
            timings=Timings(1.0, 2.0, 30.0),
            record={"retrieved": []},
        )
    )


ROWS = [
    row("a1", confidence=0.9, top=3.0),
    row("a2", text="thyroid", confidence=0.6, top=2.0),
    row("b1", answered=False, confidence=0.2, top=2.0),
    row("c1", text="adrenal", confidence=0.8, top=4.0),
    row("d1", answerable=False, answered=False, confidence=0.1, top=2.0),
    row("e1", answerable=False, answered=True, confidence=0.7, top=1.0),
]


def test_rates_are_means_over_the_questions_they_apply_to():
    summary = summarise(ROWS)

    assert summary.answers["right"].value == 0.5
    assert summary.answers["truthfulness"].value == pytest.approx((1 - 1 + 0 + 1) / 4)
    assert summary.answers["right_answered"].value == pytest.approx(2 / 3)
    assert summary.abstention["recall"].value == summary.abstention["recall:far"].value == 0.5
    assert summary.abstention["false_refusal"].value == 0.25
    assert summary.abstention["youden_j"].value == 0.25
    assert summary.abstention["auroc"].value == pytest.approx(6 / 8)  # pairs in order: .9 .8 beat both, .6 .2 one
    assert summary.abstention["auroc_top_score"].value == pytest.approx((2 + 1.5 + 1.5 + 2) / 8)
    assert summary.latency["total_ms_p95"].value == 30.0
    assert summary.counts == {
        "questions": 6,
        "answerable": 4,
        "unanswerable": 2,
        "answered": 4,
        "refused": 2,
        "right": 2,
        "wrong": 1,
        "errors": 0,
    }


def test_every_estimate_lies_in_its_interval():
    summary = summarise(ROWS)

    for section in (summary.retrieval, summary.answers, summary.citations, summary.abstention, summary.latency):
        assert section
        assert all(one.low <= one.value <= one.high for one in section.values())


def test_the_risk_coverage_curve_counts_answers_to_unanswerable_questions_as_wrong():
    curve = risk_coverage_of(ROWS)

    assert [(point.threshold, point.risk) for point in curve] == [
        (0.9, 0.0),
        (0.8, 0.0),
        (0.7, pytest.approx(1 / 3)),
        (0.6, 0.5),
    ]
    assert curve[-1].coverage == pytest.approx(4 / 6)


def test_with_only_unanswerable_questions_what_does_not_apply_is_absent():
    summary = summarise([one for one in ROWS if not one.question.answerable])

    assert summary.answers == {}
    assert summary.retrieval == {}
    assert summary.abstention.keys() == {"recall", "recall:far", "aurc"}


def test_without_confidence_what_needs_it_is_absent():
    summary = summarise([row("a1", confidence=None), row("d1", answerable=False, confidence=None)])

    assert not {"auroc", "aurc"} & summary.abstention.keys()
    assert "auroc_top_score" in summary.abstention


def test_no_rows_measure_nothing():
    summary = summarise([])

    assert not any((summary.retrieval, summary.answers, summary.citations, summary.abstention, summary.latency))
    assert set(summary.counts.values()) == {0}


def test_variants_stand_apart_from_the_questions_they_were_made_from():
    typo = row("a1~typo", text="thyroid", shape="typo", source_id="a1")

    summary = summarise_run([*ROWS, typo], {"always_refuse": [row("a1", answered=False)]})

    assert summary.overall == summarise(ROWS)
    assert summary.shapes == {"typo": summarise([typo])}
    assert summary.qtypes == {"factoid": summarise(ROWS)}
    assert summary.baselines["always_refuse"].answers["truthfulness"].value == 0.0


def test_summary_json_is_the_contract(tmp_path):
    summary = summarise_run(ROWS, {})
    write_summary(tmp_path / "summary.json", summary)

    item = json.loads((tmp_path / "summary.json").read_text())

    assert {"retrieval", "answers", "citations", "abstention", "latency", "counts"} <= item.keys()
    assert item["answers"]["right"].keys() == {"value", "low", "high", "n"}
    assert load_summary(tmp_path).overall.counts == summary.overall.counts
    assert math.isclose(load_summary(tmp_path).overall.answers["right"].low, summary.overall.answers["right"].low)


def test_a_summary_that_is_not_there_or_not_one_is_refused(tmp_path):
    with pytest.raises(RunMissing):
        load_summary(tmp_path)
    (tmp_path / "summary.json").write_text('{"retrieval": 3}')
    with pytest.raises(RunDamaged):
        load_summary(tmp_path)
