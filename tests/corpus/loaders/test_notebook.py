import json

import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read_one


def _notebook(*cells):
    return json.dumps({"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": list(cells)})


def _markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": list(outputs)}


def _printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_prose_code_and_what_it_printed_stand_at_their_cell():
    document = read_one(
        "week1.ipynb",
        _notebook(
            _markdown(["# Tensors\n", "They hold numbers.\n", "## Shapes\n", "Each has one."]),
            _code("x = 1\nif x:\n    print(x)", _printed(["1\n"])),
        ),
    )

    assert document.title == "Tensors"
    assert passages(document) == [
        ("cell 1, § Tensors", "They hold numbers."),
        ("cell 1, § Tensors › Shapes", "Each has one."),
        ("cell 2, § Tensors › Shapes", "x = 1\nif x:\n    print(x)\n\n1"),
    ]


def test_pictures_and_what_stands_for_them_are_left_out():
    picture = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": "iVBORw0", "text/plain": ["<Figure size 640x480>"]},
    }
    prose = _markdown("See ![a curve](data:image/png;base64,iVBORw0KGgo=) here.")

    assert read_one("a.ipynb", _notebook(prose, _code("plot()", picture))).text == "See a curve here.\n\nplot()"


def test_tracebacks_and_colours_are_left_out():
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["\x1b[0;31mE\x1b[0m"]}
    result = {
        "output_type": "execute_result",
        "metadata": {},
        "execution_count": 1,
        "data": {"text/plain": "\x1b[1m42\x1b[0m"},
    }

    assert read_one("a.ipynb", _notebook(_code("f()", error, result))).text == "f()\n\n42"


def test_a_progress_bar_is_kept_as_it_ended_and_a_log_is_not_searched():
    log = "".join(f"step {n}\n" for n in range(1000))
    document = read_one("a.ipynb", _notebook(_code("run()", _printed("1%\r50%\r100%\n" + log))))

    assert passages(document)[0][1].startswith("run()\n\n100%\nstep 0")
    assert document.sections[-1].end < 2100
    assert document.text.endswith("step 999")


def test_a_notebook_of_the_third_format_is_read():
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 1, "metadata": {}, "source": "Old"},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "language": "python",
                        "metadata": {},
                        "input": "1 + 1",
                        "outputs": [],
                        "prompt_number": 1,
                    },
                ],
            }
        ],
    }

    assert passages(read_one("a.ipynb", json.dumps(old))) == [("cell 2, § Old", "1 + 1")]


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "no json", '{"nbformat": 4, "cells": 3}', '{"nbformat": 4, "cells": [1]}', "[" * 100_000],
)
def test_what_is_no_notebook_is_refused(content):
    with pytest.raises(FileUnreadable, match="is no Jupyter notebook"):
        read_one("a.ipynb", content)
