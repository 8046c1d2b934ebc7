"""A document's text area shows and selects what Textual's own would."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from assistant.tui.widgets.document_text import DocumentTextArea
from tests.tui.support import run

TEXT = "".join(
    f"Line {i} of a text {'with many words ' * (i % 9)}和一些中文字符\n" for i in range(300)
)


class _Both(App[None]):
    CSS = "TextArea { width: 1fr; height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield DocumentTextArea(TEXT, id="ours")
        yield TextArea(TEXT, id="textual", read_only=True, soft_wrap=True, show_cursor=True)


def _areas(pilot: Pilot[None]) -> tuple[TextArea, TextArea]:
    return pilot.app.query_one("#ours", TextArea), pilot.app.query_one("#textual", TextArea)


def _rows(area: TextArea) -> list[str]:
    return [area.render_line(y).text for y in range(area.size.height)]


def test_it_draws_the_same_rows_wherever_it_is_scrolled_to() -> None:
    async def body() -> None:
        async with _Both().run_test(size=(60, 40)) as pilot:
            ours, textuals = _areas(pilot)
            assert ours.virtual_size == textuals.virtual_size
            for y in (0, 1, 57, 400, ours.max_scroll_y):
                for area in (ours, textuals):
                    area.scroll_to(y=y, animate=False)
                await pilot.pause()
                assert _rows(ours) == _rows(textuals)

    run(body)


def test_another_width_wraps_it_anew() -> None:
    async def body() -> None:
        async with _Both().run_test(size=(60, 40)) as pilot:
            before = _areas(pilot)[0].virtual_size.height
            await pilot.resize_terminal(30, 40)
            await pilot.pause()
            ours, textuals = _areas(pilot)
            assert ours.virtual_size.height == textuals.virtual_size.height > before
            assert _rows(ours) == _rows(textuals)

    run(body)


def test_a_selection_is_its_text_and_is_scrolled_to() -> None:
    async def body() -> None:
        async with _Both().run_test(size=(60, 40)) as pilot:
            ours, textuals = _areas(pilot)
            for area in (ours, textuals):
                area.selection = Selection((200, 5), (201, 4))
                area.scroll_cursor_visible(center=True)
            await pilot.pause()
            assert ours.text == TEXT
            assert ours.selected_text == textuals.selected_text
            assert ours.scroll_offset == textuals.scroll_offset != (0, 0)
            assert _rows(ours) == _rows(textuals)

    run(body)


def test_a_row_costs_no_more_in_a_longer_text() -> None:
    """Joining or counting the lines for every row would."""

    async def body() -> None:
        async with _Both().run_test(size=(60, 40)) as pilot:
            ours, _ = _areas(pilot)
            assert ours.document.text is ours.document.text
            assert ours.wrapped_document.height == len(_whole(ours))

    run(body)


def _whole(area: TextArea) -> list[str]:
    return [section for line in area.wrapped_document.lines for section in line]
