"""A task and a chat model behind a prompt into an answer, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from assistant.answering.backends.chat_backend import (
    AnswerTask,
    ChatModel,
    ChatRequest,
    PromptTooLong,
    StreamFinished,
    TextStreamed,
    TextStreamer,
    ThinkingStreamed,
)
from assistant.answering.finishing import Draft, decline, finish_answer, learn_count
from assistant.answering.prompting import PromptPlan, plan_prompt
from assistant.answering.thinking import ThinkingSplitter
from assistant.errors import ChatUnavailable
from assistant.records import (
    AnswerEvent,
    AnswerFinished,
    StageStarted,
    ThinkingProduced,
    TokenProduced,
)

MAX_ANSWER_SHARE = 1 / 3
"""Of the window: the rest is for the documents."""
THINKING_ROOM = 2048  # tokens
MAX_ATTEMPTS = 4
"""To find a prompt that the server takes."""
# A model that loops. Servers count tokens, we count pieces, of which a token makes at most one.
_SLACK_PIECES = 64
_CHARACTERS_PER_TOKEN = 24


def write_answer(task: AnswerTask, streamer: TextStreamer) -> Iterator[AnswerEvent]:
    """Ends with AnswerFinished; what came before a fault is kept and marked as cut off.

    Raises: ChatUnavailable before the first token; UsageError for a question too long.
    """
    if task.model is None:
        raise ValueError("a model is needed to write an answer")
    if not task.passages:
        yield AnswerFinished(decline(task, task.model.name, streamer.name))
        return
    yield StageStarted(f"waiting for {task.model.name}")
    calibration = streamer.calibration_of(task.model)
    for attempts_left in reversed(range(MAX_ATTEMPTS)):
        request, plan = _plan_request(task, task.model, streamer)
        draft = Draft()
        try:
            yield from _receive(streamer, request, draft)
            break
        except PromptTooLong as error:
            if not attempts_left:
                raise
            # Servers before 0.32 do not say how many tokens were too many.
            calibration.learn(plan.estimated, error.n_tokens or 2 * request.num_ctx)
    learn_count(plan, draft, calibration)
    yield AnswerFinished(finish_answer(task, task.model, streamer.name, plan, draft))


def _plan_request(
    task: AnswerTask, model: ChatModel, streamer: TextStreamer
) -> tuple[ChatRequest, PromptPlan]:
    settings = task.settings
    num_ctx = streamer.window_of(model, settings)
    answer_tokens = min(settings.answer_tokens, int(num_ctx * MAX_ANSWER_SHARE))
    if settings.thinking and model.can_think:
        answer_tokens += min(THINKING_ROOM, int(num_ctx * MAX_ANSWER_SHARE))
    plan = plan_prompt(
        task.question,
        task.passages,
        num_ctx,
        answer_tokens,
        task.history,
        {hit.sentence_id: hit.rank for hit in task.trace.hits},
        streamer.calibration_of(model).ratio,
        settings.passages,
        settings.instructions,
    )
    request = ChatRequest(
        model,
        plan.messages,
        num_ctx,
        answer_tokens,
        settings.temperature,
        settings.keep_alive,
        settings.thinking,
        settings.seed,
        task.switch,
    )
    return request, plan


def _receive(
    streamer: TextStreamer, request: ChatRequest, draft: Draft
) -> Iterator[TokenProduced | ThinkingProduced]:
    splitter = ThinkingSplitter()
    try:
        # Closing this generator has to close the connection now, not when it is collected.
        with closing(streamer.stream(request)) as events:
            for event in events:
                if isinstance(event, StreamFinished):
                    draft.finished = event
                    break
                if isinstance(event, ThinkingStreamed):
                    yield from _take([event], draft)
                else:
                    yield from _take(splitter.feed(event.text), draft)
                draft.n_pieces += 1
                if _is_runaway(draft, request.num_predict):
                    draft.stopped = "length"
                    draft.notes.append("stopped: the model went on past its limit")
                    break
    except ChatUnavailable as error:
        if not draft.text:
            raise
        draft.stopped = "cut off"
        draft.notes.append(f"cut off: {error.message}; {error.hint}")
    yield from _take(splitter.finish(), draft)
    if not draft.finished and not draft.stopped:
        _mark_cut_off(request, draft)


def _mark_cut_off(request: ChatRequest, draft: Draft) -> None:
    """A stream may just end: servers do that when a model repeats one token 30 times.

    Raises: ChatUnavailable where nothing came at all.
    """
    if not draft.text and not draft.thinking:
        raise ChatUnavailable(
            f"the chat server ended the answer before its first word: {request.model.name}",
            "ask again, or choose another model",
        )
    draft.stopped = "cut off"
    draft.notes.append("cut off: the server ended the answer in the middle")


def _take(
    events: Iterable[TextStreamed | ThinkingStreamed], draft: Draft
) -> Iterator[TokenProduced | ThinkingProduced]:
    for event in events:
        if isinstance(event, ThinkingStreamed):
            draft.thinking += event.text
            yield ThinkingProduced(event.text)
        else:
            draft.text += event.text
            yield TokenProduced(event.text)


def _is_runaway(draft: Draft, num_predict: int) -> bool:
    n_characters = len(draft.text) + len(draft.thinking)
    return (
        draft.n_pieces > num_predict + _SLACK_PIECES
        or n_characters > (num_predict + _SLACK_PIECES) * _CHARACTERS_PER_TOKEN
    )
