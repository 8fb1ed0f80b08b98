"""What can be done with a turn of the chat, as buttons under it."""

from __future__ import annotations

from ui.conversation import Turn
from ui.render import act, element, escape
from ui.texts.chat import ChatTexts


def actions_html(number: int, turn: Turn, last: bool, texts: ChatTexts) -> str:
    """The buttons under the answer of turn `number`; those that lead on only stand under the last one."""
    if not turn.ended:
        return ""
    said = bool(turn.answer.sentences)
    buttons = [act("copy", str(number), texts.copy)] if said else []
    if turn.lead == "":
        buttons.append(act("retry", str(number), texts.retry))
    is_quiz = bool(turn.lead) and not said
    if turn.id is not None and turn.state == "finished" and not is_quiz:
        buttons += [_thumb("up", number, turn, texts.helpful), _thumb("down", number, turn, texts.unhelpful)]
    shown = element("p", " ".join(buttons), "actions") if buttons else ""
    if turn.thumb == "down":
        shown += _reasons(number, texts)
    return shown + (_study(number, turn, texts) if last else "")


def _thumb(thumb: str, number: int, turn: Turn, words: str) -> str:
    return act(thumb, str(number), words, "thumb pressed" if turn.thumb == thumb else "thumb")


def _reasons(number: int, texts: ChatTexts) -> str:
    buttons = " ".join(act("reason", f"{number} {reason}", words) for reason, words in texts.reasons.items())
    other = (
        f'<input class="reason" name="{number}" title="{escape(texts.other_reason)}" '
        f'placeholder="{escape(texts.other_reason)}">'
    )
    return element("p", f"{escape(texts.what_was_wrong)} {buttons} {other}", "actions reasons")


def _study(number: int, turn: Turn, texts: ChatTexts) -> str:
    """Study helpers on what was asked about; in a quiz, the next question or its end."""
    if turn.quiz:
        helpers = [("quiz", texts.another_question), ("leave", texts.leave_quiz)]
    elif turn.lead:
        helpers = [("quiz", texts.another_question)]
    elif not turn.answer.sentences:
        helpers = [("quiz", texts.quiz_me)]
    else:
        helpers = [
            ("simplify", texts.simplify),
            ("define", texts.define),
            ("locate", texts.locate),
            ("quiz", texts.quiz_me),
        ]
    return element("p", " ".join(act(name, str(number), words, "study") for name, words in helpers), "actions study")
