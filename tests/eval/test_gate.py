from xml.etree import ElementTree

import pytest

from eval import (
    GateInvalid,
    RunOptions,
    check_gate,
    compare,
    load_summary,
    read_gate,
    read_questions,
    run,
    write_junit,
)
from tests.eval.conftest import FakeAssistant, course_documents
from tests.eval.test_compare import Refusing


@pytest.fixture
def runs(question_file, tmp_path):
    questions = read_questions(question_file)
    options = RunOptions(oracle_limit=0)
    before = run(FakeAssistant(course_documents()), questions, tmp_path / "before", options)
    return before, run(Refusing(course_documents()), questions, tmp_path / "after", options)


def gate(tmp_path, text):
    (tmp_path / "gate.toml").write_text(text, encoding="utf-8")
    return read_gate(tmp_path / "gate.toml")


def checked(runs, limits):
    before, after = runs
    return {one.name: one for one in check_gate(compare(before, after), load_summary(after.folder), limits)}


def test_the_included_gate_catches_a_loss_and_lets_a_run_pass_against_itself(runs):
    before, after = runs
    forth = checked((before, after), read_gate())
    same = checked((before, before), read_gate())

    assert forth["answers.right at most 0.03 worse"].passed is False
    assert forth["answers.right at most 0.03 worse"].said.startswith("from 0.75 to 0.5, a change of -0.25 (")
    assert forth["abstention.false_refusal at most 0.05 worse"].passed is False
    assert forth["retrieval.success@5 at most 0.02 worse"].passed is False
    assert forth["citations.invalid_markers at most 0"].passed is True
    assert all(one.passed for one in same.values())


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("[allowance.answers]\nright = 0.25", True),
        ("[allowance.answers]\nright = 0.24", False),
        ('judged_by = "interval"\n[allowance.answers]\nright = 0.1', True),
        ("[allowance.abstention]\nfalse_refusal = 0.25", True),
        ("[allowance.abstention]\nfalse_refusal = 0.2", False),
        ("[at_least.answers]\nright = 0.5", True),
        ("[at_least.answers]\nright = 0.51", False),
        ("[at_most.abstention]\nfalse_refusal = 0.25", True),
        ("[at_most.abstention]\nfalse_refusal = 0.2", False),
        ('[at_least.abstention]\n"recall:other_course" = 1', True),
        ("[at_least.answers]\nbeauty = 1", None),
    ],
)
def test_bounds_and_allowances(runs, tmp_path, text, passed):
    (found,) = checked(runs, gate(tmp_path, text)).values()

    assert found.passed is passed


def test_a_measure_that_both_runs_lack_is_skipped(question_file, tmp_path):
    options = RunOptions(retrieval_only=True)
    searched = run(FakeAssistant(course_documents()), read_questions(question_file), tmp_path / "run", options)

    found = checked((searched, searched), read_gate())

    assert found["answers.right at most 0.03 worse"].passed is None
    assert found["retrieval.success@5 at most 0.02 worse"].passed is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("right =", "is not TOML"),
        ("[best.answers]", "there is no 'best' in a gate"),
        ("[at_least.beauty]", "no section 'beauty'"),
        ("[at_least]\nanswers = 3", "answers must be a table"),
        ('[at_least.answers]\nright = "high"', "must be a number, not 'high'"),
        ("[allowance.answers]\nbeauty = 0.1", "not compared by answers.beauty, but by abstention.false_refusal"),
        ('judged_by = "taste"', "not 'taste'"),
    ],
)
def test_what_is_no_gate_is_refused_in_one_sentence(tmp_path, text, said):
    with pytest.raises(GateInvalid, match=said) as caught:
        gate(tmp_path, text)

    assert "gate.toml" in str(caught.value)


def test_a_gate_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(GateInvalid, match="cannot be read"):
        read_gate(tmp_path / "none.toml")


def test_junit_has_a_case_for_each_check(runs, tmp_path):
    before, after = runs
    comparison = compare(before, after)
    limits = gate(tmp_path, "[at_least.answers]\nright = 0.4\nbeauty = 1\n[allowance.answers]\nright = 0.1")
    checks = check_gate(comparison, load_summary(after.folder), limits)

    write_junit(tmp_path / "junit.xml", checks, comparison)

    suite = ElementTree.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
    assert failed == ["answers.right at most 0.1 worse"]
    assert suite.findtext("system-out") == "lost: gland\n"
