"""Raw thinking tags, however the text is cut into tokens."""

from __future__ import annotations

import pytest

from assistant.answering.backends.chat_backend import ThinkingStreamed
from assistant.answering.thinking import ThinkingSplitter, split_unopened

CASES = [
    ("<think>hm</think>\n\nYes.", "hm", "Yes."),
    ("\n<think>\nhm, 1 < 2\n</think>Yes.", "\nhm, 1 < 2\n", "Yes."),
    ("<thinking>hm</thinking>Yes.", "hm", "Yes."),
    ("Yes, <think> is a tag.", "", "Yes, <think> is a tag."),
    ("<table> of it", "", "<table> of it"),
    ("<think>never ends <", "never ends <", ""),
    ("<thi", "", "<thi"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "thought", "said"), CASES)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_thinking_is_kept_apart(text: str, thought: str, said: str, size: int) -> None:
    splitter = ThinkingSplitter()
    events = [e for at in range(0, len(text), size) for e in splitter.feed(text[at : at + size])]
    events += splitter.finish()
    parts = {True: "", False: ""}
    for event in events:
        parts[isinstance(event, ThinkingStreamed)] += event.text
    # White space after a closing tag may come in a later piece.
    assert (parts[True], parts[False].strip()) == (thought, said)


def test_thinking_whose_opening_tag_was_in_the_prompt() -> None:
    assert split_unopened("hm</think>\nYes.") == ("hm", "Yes.")
    assert split_unopened("Yes.") == ("", "Yes.")
