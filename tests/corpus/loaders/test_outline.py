from corpus.assembly import Assembly
from corpus.document import Place
from corpus.loaders.outline import Block, Outline, gather


def _gathered(*blocks, place=None, title=""):
    assembly = Assembly()
    gather(assembly, blocks, place or Place(), title)
    document = assembly.document("a", title)
    return [(section.place.headings, document.text[section.start : section.end]) for section in document.sections]


def test_blocks_stand_under_the_headings_above_them():
    assert _gathered(Block("A", 1), Block("x"), Block("B", 3), Block("y"), Block("C", 2), Block("z")) == [
        (("A",), "x"),
        (("A", "B"), "y"),
        (("A", "C"), "z"),
    ]


def test_a_heading_that_repeats_what_is_above_is_no_new_place():
    blocks = [Block("Gates", 1), Block("x"), Block("Input", 2), Block("y")]

    assert _gathered(*blocks, title="gates") == [((), "x"), (("Input",), "y")]
    assert _gathered(*blocks, place=Place(("Week 1", "Gates"))) == [
        (("Week 1", "Gates"), "x"),
        (("Week 1", "Gates", "Input"), "y"),
    ]


def test_an_outline_goes_on_from_one_part_to_the_next():
    assembly, outline = Assembly(), Outline()
    gather(assembly, [Block("A", 1), Block("x")], Place(page=1), outline=outline)
    gather(assembly, [Block("y")], Place(page=2), outline=outline)

    assert [str(section.place) for section in assembly.document("a", "").sections] == ["page 1, § A", "page 2, § A"]
