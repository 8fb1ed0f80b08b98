import re
from xml.etree import ElementTree

import pytest

from eval import RunOptions, load_run, load_summary, read_questions, run, score
from eval.plots import plots_of
from eval.questions import question_from_json
from tests.eval.conftest import FakeAssistant, course_documents, question_items


@pytest.fixture
def plots(question_file, tmp_path):
    made = run(FakeAssistant(course_documents()), read_questions(question_file), tmp_path / "run")
    return {plot.name: plot for plot in plots_of(made, load_summary(tmp_path / "run"))}


def test_a_run_has_a_plot_of_each_kind_with_its_numbers_as_a_table(plots):
    assert list(plots) == ["types", "sections", "growth", "time"]
    assert plots["types"].rows[0] == ("cloze", "1", "100 %", "100 to 100 %")
    assert plots["sections"].rows[0] == ("Blood", "1", "0", "1")
    assert plots["growth"].rows[0] == ("right passage", "100 %", "100 %", "100 %", "100 %")
    for plot in plots.values():
        assert all(len(row) == len(plot.columns) for row in plot.rows)


def test_the_times_are_those_of_the_summary(question_file, tmp_path):
    made = run(FakeAssistant(course_documents()), read_questions(question_file), tmp_path / "run")
    path = tmp_path / "run" / "answers.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    varied = [line.replace('"total_ms": 3.0', f'"total_ms": {1000 * i + 1000}') for i, line in enumerate(lines[:6])]
    path.write_text("\n".join(varied) + "\n", encoding="utf-8")
    made = score(tmp_path / "run")

    plot = {one.name: one for one in plots_of(made, load_summary(tmp_path / "run"))}["time"]

    assert plot.caption == "Half take at most 3.0 s, nine in ten at most 6.0 s, the longest 6.0 s."


def test_they_are_svg_in_the_colours_of_the_page_and_with_text_as_text(plots):
    for plot in plots.values():
        ElementTree.fromstring(plot.svg)  # well-formed
        assert "var(--accent)" in plot.svg or "var(--good)" in plot.svg
        assert not re.search(r"#0(\d)0(?:\1)0(?:\1)", plot.svg)
        assert "<text" in plot.svg
        assert "<metadata" not in plot.svg


def test_no_two_of_them_share_an_id(plots):
    ids = [one for plot in plots.values() for one in re.findall(r'\bid="([^"]*)"', plot.svg)]

    assert len(ids) == len(set(ids))
    for plot in plots.values():
        assert set(re.findall(r'(?:href="|url\()#([^")]*)', plot.svg)) <= set(ids)


def test_the_same_run_draws_the_same(plots, tmp_path):
    again = plots_of(load_run(tmp_path / "run"), load_summary(tmp_path / "run"))

    assert {plot.name: plot for plot in again} == plots


def test_confidence_that_differs_gives_a_risk_coverage_curve(question_file, tmp_path, monkeypatch):
    made = run(FakeAssistant(course_documents()), read_questions(question_file), tmp_path / "run")
    path = tmp_path / "run" / "answers.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    varied = [line.replace('"confidence": 0.9', f'"confidence": 0.{i + 1}') for i, line in enumerate(lines)]
    path.write_text("\n".join(varied) + "\n", encoding="utf-8")

    made = score(tmp_path / "run")
    curve = {plot.name: plot for plot in plots_of(made, load_summary(tmp_path / "run"))}["risk"]

    assert curve.rows[-1] == ("0.10", "71 %", "40 %")


def test_names_that_mean_something_to_matplotlib_or_xml_are_just_names(tmp_path):
    hostile = ["$\\frac{1", "<script>alert(1)</script>", "\x1b[31m\x00", "多肉植物"]
    items = [
        {**item, "id": f"{item['id']}{name}", "qtype": name, "section": name}
        for name in hostile
        for item in question_items()
        if item["answerable"]
    ]
    made = run(
        FakeAssistant(course_documents()),
        [question_from_json(item) for item in items],
        tmp_path / "run",
        RunOptions(oracle_limit=0),
    )

    plots = {plot.name: plot for plot in plots_of(made, load_summary(tmp_path / "run"))}

    for name in ("types", "sections"):
        text = "".join(ElementTree.fromstring(plots[name].svg).itertext())
        assert "$\\frac{1" in text
        assert "<script>alert(1)</script>" in text
        assert "多肉植物" in text


def test_a_set_without_gold_has_only_its_times(tmp_path):
    questions = [question_from_json({"id": f"q{i}", "question": "Why cells?"}) for i in range(3)]
    made = run(FakeAssistant(course_documents()), questions, tmp_path / "run")

    assert [plot.name for plot in plots_of(made, load_summary(tmp_path / "run"))] == ["time"]
