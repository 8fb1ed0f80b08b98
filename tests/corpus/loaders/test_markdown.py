from tests.corpus.loaders.loading import passages, read_one


def test_headings_are_places_and_the_text_is_kept_as_written():
    text = "# Cells\n\nA **cell** divides.\n\n## The `mitosis`\n\n```python\n# no heading\n```\n"

    document = read_one("a.md", text)

    assert (document.title, document.text) == ("Cells", text)
    assert passages(document) == [
        ("§ Cells", "A **cell** divides."),
        ("§ Cells › The mitosis", "```python\n# no heading\n```"),
    ]


def test_front_matter_is_no_heading_and_enters_no_passage():
    text = '---\nlayout: page\ntitle: "Convolutional nets"\ntags: [a, b]\n---\n\nIntro.\n\n## Layers\n\nMany.\n'

    document = read_one("conv.md", text)

    assert (document.title, document.text) == ("Convolutional nets", text)
    assert passages(document) == [("", "Intro."), ("§ Layers", "Many.")]


def test_a_rule_at_the_beginning_is_no_front_matter():
    assert passages(read_one("a.md", "---\n\n**Bold** first.\n\n---\n\nText.\n"))[0][1].startswith("---\n\n**Bold**")


def test_a_title_that_is_only_a_picture_is_no_title():
    assert read_one("week1.md", "# ![](logo.png)\n\nText.\n").title == "week1"
