import re
from html.parser import HTMLParser

import pytest

from eval import RunMissing, RunOptions, load_run, read_questions, run, write_report
from eval.questions import question_from_json
from tests.eval.conftest import FakeAssistant, course_documents, question_items
from tests.eval.test_compare import Refusing


@pytest.fixture
def questions(question_file):
    return read_questions(question_file)


def report_of(assistant, questions, folder, options=None):
    run(assistant, questions, folder, options or RunOptions(question_set="biology"))
    return write_report(folder).read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Collects (tag, attributes) of every element, and the text without that of style and script."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside not in ("style", "script"):
            self.text += f"{data} "


def text_of(page):
    return " ".join(Elements(page).text.split())


def test_it_says_what_became_of_the_run(questions, tmp_path):
    text = text_of(report_of(Refusing(course_documents()), questions, tmp_path / "run"))

    assert "Evaluation: Biology and networks" in text
    assert "7 questions of “biology”, answered by first-sentence" in text
    assert "Of 4 questions that the course answers, 2 were answered right, 1 wrong, and 1 were refused." in text
    assert re.search(r"Right answers of the questions that the course answers 50 % \d+ to \d+ % 75 % 0 % 75 %", text)
    assert "best sentence by keywords refuse everything given the right passage" in text
    assert "missed refusal The course does not answer it, but an answer was given. 1 14 %" in text


def test_the_questions_to_look_at_first_lead_to_their_entries(questions, tmp_path):
    page = report_of(Refusing(course_documents()), questions, tmp_path / "run")

    first = re.search(r'<ol class="first">(.*?)</ol>', page, re.DOTALL)[1]
    linked = re.findall(r'href="#(q\d+)">([^<]+)</a>\s*<span class="badge \w+">([\w ]+)<', first)
    assert [(text, outcome) for _, text, outcome in linked] == [
        ("How many gates does a GRU have?", "missed refusal"),
        ("What do red blood cells carry?", "retrieved but wrong"),
        ("The ________ gland secretes epinephrine.", "not retrieved"),
    ]
    ids = {attributes.get("id") for tag, attributes in Elements(page).elements if tag == "details"}
    assert {anchor for anchor, _, _ in linked} <= ids


def test_each_question_shows_the_answer_and_the_cited_and_gold_words_in_the_passage(questions, tmp_path):
    page = report_of(FakeAssistant(course_documents()), questions, tmp_path / "run")
    gates = page[page.index('id="q1"') : page.index('id="q2"')]

    assert 'An LSTM has three gates. <span class="marker">[1]</span>' in gates
    assert (
        '<mark class="cited"><sup>[1]</sup>An LSTM has </mark><mark class="cited gold">three gates</mark>'
        '<mark class="cited">.</mark>'
    ) in gates
    assert "found at rank 1" in gates
    assert "Lstm § lstm" in gates


def test_gold_that_was_not_found_is_shown_beside_what_was_cited(documents, tmp_path):
    item = {**question_items()[0], "gold_spans": [{"doc_id": "plants", "start": 0, "end": 11}], "gold_doc_ids": []}

    page = report_of(FakeAssistant(documents), [question_from_json(item)], tmp_path / "run")

    assert '<mark class="cited"><sup>[1]</sup>An LSTM has three gates.</mark>' in page
    assert '<mark class=" gold">Chlorophyll</mark> makes leaves green.' in page
    assert "not among the passages found" in page


def test_variants_histories_and_errors_are_shown(questions, documents, tmp_path):
    failing = FakeAssistant(documents, failing=["What makes leaves green?"])
    options = RunOptions(shapes=("follow_up", "lower_case"), oracle_limit=0)

    text = text_of(report_of(failing, questions, tmp_path / "run", options))

    assert "asked as lower case" in text
    assert "ModelFailed: The model broke off." in text
    assert "Learner: What does the course say about" in text or "Asked after" not in text
    assert "asked as: lower case" in text


def test_the_search_alone_and_a_set_without_gold_can_be_read_too(questions, documents, tmp_path):
    searched = report_of(FakeAssistant(documents), questions, tmp_path / "search", RunOptions(retrieval_only=True))
    bare = [question_from_json({"id": "q", "question": "What is a cell membrane?"})]
    unjudged = report_of(FakeAssistant(documents), bare, tmp_path / "bare")

    assert "Passage found" in text_of(searched)
    assert "none: the search alone" in text_of(searched)
    assert "nothing could be judged" in text_of(unjudged)
    assert "Nothing went wrong." in text_of(unjudged)


HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>" onmouseover="alert(3)\' {{ 7 * 7 }}'


def test_what_others_wrote_is_text_everywhere(tmp_path):
    documents = course_documents()
    hostile = {doc_id: type(one)(doc_id, HOSTILE, one.text, one.sections) for doc_id, one in documents.items()}
    items = [
        {**item, "id": f"{HOSTILE}{i}", "qtype": HOSTILE, "shape": HOSTILE, "section": HOSTILE if i else "s"}
        for i, item in enumerate(question_items())
    ]
    items[0]["question"] = f"How many gates does an LSTM have? {HOSTILE}"
    items[1]["answers"] = [HOSTILE]
    items[2]["history"] = [{"role": "user", "content": HOSTILE}]
    items[4]["unanswerable_kind"] = HOSTILE
    assistant = FakeAssistant(hostile, failing=[items[3]["question"]])
    assistant.course_title = assistant.model_name = assistant.parameters["x"] = HOSTILE

    page = report_of(assistant, [question_from_json(item) for item in items], tmp_path / "run")

    found = Elements(page)
    assert not [tag for tag, _ in found.elements if tag in ("img", "iframe", "object")]
    assert len([tag for tag, _ in found.elements if tag == "script"]) == 1
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in found.text
    assert found.text.count("<img src=x onerror=alert(1)>") > 10


def test_it_needs_nothing_from_anywhere(questions, documents, tmp_path):
    page = report_of(FakeAssistant(documents), questions, tmp_path / "run")

    links = [
        value
        for _, attributes in Elements(page).elements
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href", "data", "action", "srcset")
    ]
    assert links
    assert all(link.startswith(("#", "data:,")) for link in links)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_it_can_be_read_without_scripts(questions, documents, tmp_path):
    found = Elements(report_of(FakeAssistant(documents), questions, tmp_path / "run"))

    hidden = [attributes.get("id") for _, attributes in found.elements if "hidden" in attributes]
    assert sorted(hidden) == ["filter", "none"]  # what only scripts can work


def test_a_run_that_is_not_finished_has_no_report(questions, documents, tmp_path):
    report_of(FakeAssistant(documents), questions, tmp_path / "run")
    (tmp_path / "run" / "summary.json").unlink()

    with pytest.raises(RunMissing):
        write_report(tmp_path / "run")
    assert load_run(tmp_path / "run").finished
