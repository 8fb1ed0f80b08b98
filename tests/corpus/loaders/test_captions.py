import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read_one


def _clock(seconds):
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _vtt(*cues):
    return "WEBVTT\n\n" + "\n\n".join(
        f"{_clock(start)}.000 --> {_clock(start + 2)}.000\n{text}" for start, text in cues
    )


def test_a_passage_begins_where_one_can_start_to_listen():
    lecture = _vtt(
        (870, "<v Ann>We now turn"), (890, "to the <b>LSTM</b>."), (905, "It has gates."), (930, "Three of them.")
    )

    document = read_one("week1.vtt", lecture)

    assert passages(document) == [("14:30", "We now turn to the LSTM."), ("15:05", "It has gates. Three of them.")]
    assert document.sections[0].place.fragment == "t=870"


def test_a_sentence_is_not_cut_but_a_speaker_without_full_stops_is():
    lecture = _vtt(*((second, f"word{second}") for second in range(0, 200, 20)))

    assert [section.place.seconds for section in read_one("a.vtt", lecture).sections] == [0, 100]


def test_subrip_is_read_without_its_marks():
    srt = "1\n00:00:01,500 --> 00:00:02,000\n{\\an8}<i>Hello</i> &amp;\nwelcome.\n\n"
    srt += "2\n01:00:00,000 --> 01:00:01,000\nBye.\n"

    assert passages(read_one("a.srt", srt)) == [("0:01", "Hello & welcome."), ("1:00:00", "Bye.")]


def test_lines_that_scroll_are_said_once():
    lecture = _vtt((0, "we have"), (2, "we have\nthree gates"), (4, "three gates\nin a cell."), (6, "in a cell."))

    assert read_one("a.vtt", lecture).text == "we have three gates in a cell."


def test_what_is_said_twice_stays_twice():
    lecture = _vtt((0, "No."), (2, "No."), (4, "Well,"), (6, "yes"), (8, "and"), (10, "no."))

    assert read_one("a.vtt", lecture).text == "No. No. Well, yes and no."


def test_captions_in_another_encoding_are_read():
    assert read_one("a.vtt", _vtt((0, "Größe")).encode("utf-16")).text == "Größe"


@pytest.mark.parametrize("content", ["", "no captions here", "\x00\x01"])
def test_what_holds_no_captions_is_refused(content):
    with pytest.raises(FileUnreadable, match=r"caption|binary"):
        read_one("a.vtt", content)
