import pytest

from eval.questions import question_from_json
from eval.rows import Row, row_from_json
from eval.scoring import score
from eval.taxonomy import FAILURES, MEANING, Outcome, first_to_look_at, outcome

GOLD = {"doc_id": "lstm", "start": 100, "end": 120}
ELSEWHERE = {"doc_id": "lstm", "start": 500, "end": 520}
KNOWN = question_from_json({"id": "known", "question": "How many?", "answers": ["three"], "gold_spans": [GOLD]})
UNKNOWN = question_from_json({"id": "unknown", "question": "Who won?", "answerable": False})
NO_GOLD = question_from_json({"id": "open", "question": "Why?"})


def answered(question, text="There are three gates.", cited=GOLD, found=(GOLD,), marker=1):
    citations = [] if cited is None else [{"number": 1, "quote": "three gates", **cited}]
    record = {
        "answered": True,
        "text": text,
        "sentences": [{"text": text, "support": "supported", "citations": [marker] if citations else []}],
        "citations": citations,
        "retrieved": [{**one, "score": 1.0} for one in found],
    }
    return score(row_from_json(record, question))


def refused(question, found=(GOLD,)):
    record = {"answered": False, "text": "No.", "retrieved": [{**one, "score": 1.0} for one in found]}
    return score(row_from_json(record, question))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (answered(KNOWN), Outcome.RIGHT),
        (answered(KNOWN, found=()), Outcome.RIGHT),
        (answered(KNOWN, cited=ELSEWHERE), Outcome.BAD_CITATION),
        (answered(KNOWN, cited=None), Outcome.BAD_CITATION),
        (answered(KNOWN, marker=7), Outcome.BAD_CITATION),
        (answered(KNOWN, text="There are four."), Outcome.WRONG),
        (answered(KNOWN, text="There are four.", found=[ELSEWHERE]), Outcome.NOT_RETRIEVED),
        (answered(KNOWN, text="There are four.", found=[ELSEWHERE] * 5 + [GOLD]), Outcome.NOT_RETRIEVED),
        (refused(KNOWN), Outcome.WRONG_REFUSAL),
        (refused(KNOWN, found=()), Outcome.NOT_RETRIEVED),
        (refused(UNKNOWN), Outcome.RIGHT_REFUSAL),
        (answered(UNKNOWN), Outcome.MISSED_REFUSAL),
        (answered(NO_GOLD), Outcome.UNJUDGED),
        (refused(NO_GOLD), Outcome.UNJUDGED),
        (score(Row(KNOWN, error="ModelFailed: …")), Outcome.ERROR),
        (score(Row(UNKNOWN, error="ModelFailed: …")), Outcome.ERROR),
    ],
)
def test_every_row_has_the_outcome_of_the_first_stage_that_failed(row, expected):
    assert outcome(row) is expected


@pytest.mark.parametrize(
    ("question", "found", "expected"),
    [
        (KNOWN, [GOLD], Outcome.FOUND),
        (KNOWN, [ELSEWHERE], Outcome.NOT_RETRIEVED),
        (UNKNOWN, [GOLD], Outcome.UNJUDGED),
        (NO_GOLD, [GOLD], Outcome.UNJUDGED),
    ],
)
def test_a_run_of_the_search_alone_is_judged_by_what_it_found(question, found, expected):
    row = row_from_json({"retrieved": [{**one, "score": 1.0} for one in found]}, question)

    assert outcome(score(row, retrieval_only=True)) is expected


def test_an_answer_without_a_known_answer_is_judged_where_it_was_refused_only():
    spans_only = question_from_json({"id": "s", "question": "How many?", "gold_spans": [GOLD]})

    assert outcome(answered(spans_only)) is Outcome.UNJUDGED
    assert outcome(refused(spans_only)) is Outcome.WRONG_REFUSAL


def test_the_worst_of_each_kind_come_first():
    def row(question, confidence, **more):
        made = answered(question, **more) if more.pop("text", "") != "-" else refused(question)
        return score(row_from_json({**made.record, "confidence": confidence}, question))

    inventions = [row(UNKNOWN, confidence) for confidence in (0.7, 0.9)]
    rows = [row(KNOWN, 1.0), refused(KNOWN), *inventions, answered(KNOWN, text="Four.")]

    first = first_to_look_at(rows, 4)

    assert [outcome(one) for one in first] == [
        Outcome.MISSED_REFUSAL,
        Outcome.WRONG,
        Outcome.WRONG_REFUSAL,
        Outcome.MISSED_REFUSAL,
    ]
    assert [one.confidence for one in first if outcome(one) is Outcome.MISSED_REFUSAL] == [0.9, 0.7]
    assert len(first_to_look_at(rows, 2)) == 2


def test_every_outcome_is_explained():
    assert set(MEANING) == set(Outcome)
    assert set(FAILURES) < set(Outcome)
