from hypothesis import given
from hypothesis import strategies as st

from corpus.headings import markdown_headings, plain_headings, sections_between


def _sections(text, headings):
    return [(section.place.headings, text[section.start : section.end]) for section in sections_between(text, headings)]


def test_markdown_headings_nest_and_code_is_not_one():
    text = "Before.\n\n# A\n\nUnder a.\n\n## B\n\n```\n# not a heading\n```\n\n# C\nUnder c."

    assert _sections(text, markdown_headings(text)) == [
        ((), "Before."),
        (("A",), "Under a."),
        (("A", "B"), "```\n# not a heading\n```"),
        (("C",), "Under c."),
    ]


def test_markdown_headings_may_be_underlined():
    text = "Title\n=====\n\nBody.\n\nPart\n----\nMore."

    assert _sections(text, markdown_headings(text)) == [(("Title",), "Body."), (("Title", "Part"), "More.")]


def test_plain_headings_are_short_lines_after_a_finished_sentence():
    text = "Course\nCourse\nIt begins here.\nFirst Topic\nThe first topic is about this and that.\nOn two lines."

    assert _sections(text, plain_headings(text, "Course")) == [
        ((), "It begins here."),
        (("First Topic",), "The first topic is about this and that.\nOn two lines."),
    ]


def test_lines_of_a_wrapped_paragraph_are_no_headings():
    text = "This paragraph was wrapped by an editor\nThat breaks lines in their middle, here\nAnd there it ends."

    assert [place for place, _ in _sections(text, plain_headings(text, ""))] == [()]


def test_list_items_are_no_headings_but_what_stands_above_them_may_be():
    text = "It ended.\nKey takeaways\n- One thing\n- Another thing"

    assert _sections(text, plain_headings(text, "")) == [
        ((), "It ended."),
        (("Key takeaways",), "- One thing\n- Another thing"),
    ]


@given(st.text(alphabet="ab A\n#-.`>=\t\r 1", max_size=80))
def test_sections_are_in_order_and_within_any_text(text):
    for headings in (markdown_headings(text.replace("\r", "")), plain_headings(text, "A")):
        end = 0
        for section in sections_between(text, headings):
            assert end <= section.start < section.end <= len(text)
            assert text[section.start : section.end].strip()
            end = section.end


def test_a_markdown_heading_is_told_without_its_markup():
    (heading,) = markdown_headings("## <a name='x'></a>[**Residual** `Blocks`](#x) & more\n")

    assert heading.title == "Residual Blocks & more"
