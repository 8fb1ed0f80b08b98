from dataclasses import replace

import pytest

from eval import RunMismatch, RunOptions, compare, load_summary, read_questions, run
from eval.compare import COMPARED, difference
from eval.headline import Measure
from eval.intervals import mean_interval
from tests.eval.conftest import FakeAssistant, course_documents

NO_ORACLE = RunOptions(oracle_limit=0)


class Refusing(FakeAssistant):
    """Refuses what mentions `word`, in a run that takes 5 ms a question less than that of its parent."""

    word = "gland"

    def search(self, question, history=()):
        return [] if self.word in question else super().search(question, history)


@pytest.fixture
def questions(question_file):
    return read_questions(question_file)


@pytest.fixture
def before(questions, tmp_path):
    return run(FakeAssistant(course_documents()), questions, tmp_path / "before", NO_ORACLE)


@pytest.fixture
def after(questions, tmp_path):
    return run(Refusing(course_documents()), questions, tmp_path / "after", NO_ORACLE)


def by_name(comparison):
    return {one.measure.name: one for one in comparison.differences}


def test_a_run_against_itself_has_no_differences(before):
    comparison = compare(before, before)

    assert {one.change.value for one in comparison.differences} == {0.0}
    assert not any(one.is_significant for one in comparison.differences)
    assert comparison.won == comparison.lost == comparison.changed == ()
    assert (comparison.questions, comparison.unpaired) == (7, 0)


def test_differences_are_after_minus_before_over_the_same_questions(before, after, tmp_path):
    found = by_name(compare(before, after))

    assert (found["right"].before, found["right"].after) == (0.75, 0.5)
    assert found["right"].change.value == -0.25
    assert found["false_refusal"].change.value == 0.25
    assert found["false_refusal"].gain == -0.25
    assert found["youden_j"].change.value == pytest.approx(-0.25)
    for name, one in found.items():
        assert one.before == pytest.approx(one.measure.of(load_summary(before.folder).overall).value, abs=1e-6), name
        assert one.after == pytest.approx(one.measure.of(load_summary(after.folder).overall).value, abs=1e-6), name


def test_the_interval_is_that_of_the_paired_differences(before, after):
    sections = [row.question.section for row in before.rows if "right" in row.scores]
    steps = [
        new.scores["right"] - old.scores["right"]
        for old, new in zip(before.rows, after.rows, strict=True)
        if "right" in old.scores
    ]

    assert by_name(compare(before, after))["right"].change == mean_interval(steps, sections)


def test_questions_won_and_lost_are_named(before, after):
    forth, back = compare(before, after), compare(after, before)

    assert [question.id for question in forth.lost] == ["gland"]
    assert forth.won == ()
    assert back.won == forth.lost


def test_settings_that_differ_are_said(questions, before, tmp_path):
    other = FakeAssistant(course_documents())
    other.prompt_hash = "q" * 64

    assert compare(before, run(other, questions, tmp_path / "other", NO_ORACLE)).changed == ("another prompt",)


def test_only_questions_of_both_runs_with_the_same_gold_are_paired(questions, before, tmp_path):
    changed = [replace(questions[0], answers=("four",)), *questions[1:5]]
    comparison = compare(before, run(FakeAssistant(course_documents()), changed, tmp_path / "part", NO_ORACLE))

    assert (comparison.questions, comparison.unpaired) == (4, 4)


def test_runs_of_other_questions_are_no_pair(questions, before, tmp_path):
    other = [replace(question, id=f"other-{question.id}") for question in questions]

    with pytest.raises(RunMismatch, match="no question in common"):
        compare(before, run(FakeAssistant(course_documents()), other, tmp_path / "other", NO_ORACLE))


def test_variants_count_as_won_or_lost_but_not_in_the_measures(questions, tmp_path):
    options = RunOptions(shapes=("lower_case",), oracle_limit=0)
    old = run(FakeAssistant(course_documents()), questions, tmp_path / "old", options)
    new = run(Refusing(course_documents()), questions, tmp_path / "new", options)

    comparison = compare(old, new)

    assert [question.id for question in comparison.lost] == ["gland", "gland~lower_case"]
    assert by_name(comparison)["right"].change.n == 4


def test_what_neither_run_measured_is_left_out(questions, tmp_path):
    options = RunOptions(retrieval_only=True)
    searched = run(FakeAssistant(course_documents()), questions, tmp_path / "search", options)

    assert set(by_name(compare(searched, searched))) == {"success@5", "recall@5", "ndcg@10"}
    assert difference([], Measure("answers", "right", "", "")) is None


def test_a_clear_change_is_significant(questions, tmp_path):
    known = [replace(questions[0], id=f"q{i}", extra={"section": f"s{i}"}) for i in range(12)]
    good = run(FakeAssistant(course_documents()), known, tmp_path / "good", NO_ORACLE)
    refusing = Refusing(course_documents())
    refusing.word = "LSTM"
    bad = run(refusing, known, tmp_path / "bad", NO_ORACLE)

    worse, better = by_name(compare(good, bad)), by_name(compare(bad, good))

    assert worse["right"].is_significant
    assert worse["right"].surest_gain == -1.0
    assert worse["false_refusal"].surest_gain == -1.0
    assert better["false_refusal"].surest_gain == 1.0


def test_measures_are_compared_once_each():
    names = [(measure.section, measure.name) for measure in COMPARED]

    assert len(names) == len(set(names))
