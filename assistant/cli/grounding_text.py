"""What an answer's sentences rest on, into the lines below its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from assistant.cli.layout import indented, one_line, place_label
from assistant.records import SIGNS, SentenceSupport, support_in_words

_STYLES = {"supported": "green", "weak": "yellow", "unsupported": "red"}


def support_lines(grounding: Sequence[SentenceSupport], width: int | None) -> Iterator[Text]:
    """The count with its signs, then each sentence that is not borne out, and why."""
    if not grounding:
        return
    yield Text()
    yield Text(f"checked against the sentences cited: {support_in_words(grounding)}")
    for support in grounding:
        if support.state == "supported" and support.is_cited:
            continue
        line = Text(f"{SIGNS[support.state]} ", style=_STYLES[support.state])
        line.append(one_line(support.sentence), style="default")
        yield from indented(line, 2, width)
        why = Text(support.reason, style="dim")
        if support.place is not None:
            why.append(f" (nearest: {place_label(support.place)})")
        yield from indented(why, 4, width)
