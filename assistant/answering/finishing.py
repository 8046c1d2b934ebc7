"""What a model wrote into the answer record: citations bound, faults named, counts learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answering.backends.chat_backend import AnswerTask, ChatModel, StreamFinished
from assistant.answering.citations import ResolvedText, resolve_citations
from assistant.answering.declining import is_refusal
from assistant.answering.grounding import grounding_of
from assistant.answering.markdown_text import split_sentences
from assistant.answering.prompting import PromptPlan
from assistant.answering.thinking import split_unopened
from assistant.answering.token_estimate import TokenCalibration, fewest_tokens
from assistant.records import Answer, PromptReport

NOTHING_FOUND = "The documents do not answer this: no sentence was found for the question."

# Where models say so: in the first sentences.
_DECLINE_SENTENCES = 2
# A prompt that Ollama 0.32 cut is a few tokens over half the window (16387 of 32768).
_HALF_WINDOW_SLACK = 4
_FULL_WINDOW_SLACK = 2


@dataclass
class Draft:
    """What has come so far."""

    text: str = ""
    thinking: str = ""
    n_pieces: int = 0
    finished: StreamFinished | None = None
    stopped: str = ""
    notes: list[str] = field(default_factory=list)


def decline(task: AnswerTask, model_name: str, backend: str) -> Answer:
    """The answer where nothing was found: a model would only make something up."""
    return Answer(
        NOTHING_FOUND, (), (), True, backend, model_name, PromptReport(), notes=task.notes
    )


def finish_answer(
    task: AnswerTask, model: ChatModel, backend: str, plan: PromptPlan, draft: Draft
) -> Answer:
    unopened, text = split_unopened(draft.text)
    resolved = resolve_citations(text.strip(), plan.numbering)
    is_declined = _is_declined(resolved)
    finished = draft.finished or StreamFinished()
    stopped = draft.stopped or _reason(finished.done_reason)
    thinking = (draft.thinking + unopened).strip()
    return Answer(
        text=resolved.text,
        citations=resolved.citations,
        uncited=() if is_declined else resolved.uncited,
        declined=is_declined,
        backend=backend,
        chat_model=model.name,
        prompt=plan.report,
        dropped_markers=resolved.dropped,
        thinking=thinking,
        stopped=stopped,
        prompt_eval_count=finished.prompt_eval_count,
        is_prompt_cut=is_probably_cut(plan, finished.prompt_eval_count),
        notes=(*task.notes, *draft.notes, *_notes(plan, finished, stopped, resolved, thinking)),
        grounding=()
        if is_declined
        else grounding_of(resolved.text, plan.numbering, task.question, task.likeness),
    )


def _reason(done_reason: str) -> str:
    return done_reason if done_reason in ("cancelled", "length") else ""


def _is_declined(resolved: ResolvedText) -> bool:
    first = split_sentences(resolved.text)[:_DECLINE_SENTENCES]
    return not resolved.citations and any(map(is_refusal, first))


def _notes(
    plan: PromptPlan,
    finished: StreamFinished,
    stopped: str,
    resolved: ResolvedText,
    thinking: str,
) -> Sequence[str]:
    notes = []
    if plan.is_trimmed:
        notes.append("only a part of the best passage fits the model's window")
    elif plan.report.n_without_room:
        n_all = len(plan.report.sent) + plan.report.n_without_room
        notes.append(f"{len(plan.report.sent)} of {n_all} passages fit the model's window")
    if is_probably_cut(plan, finished.prompt_eval_count):
        notes.append(
            f"the server counted {finished.prompt_eval_count} prompt tokens where about "
            f"{plan.report.tokens} were sent into a window of {plan.report.num_ctx}: it may have "
            "cut the prompt, and the answer may miss documents"
        )
    if not resolved.text and stopped != "cancelled":
        notes.append(_wordless(bool(thinking), stopped))
    elif stopped == "length":
        notes.append("the answer reached its limit: raise chat.answer_tokens for longer ones")
    return notes


def _wordless(has_thought: bool, stopped: str) -> str:
    if not has_thought:
        return "the model ended without a word: ask again, or choose another model"
    if stopped == "length":
        return "the model used up its answer in thinking: raise chat.answer_tokens"
    return "the model thought and gave no answer: ask again, or switch chat.thinking off"


def is_probably_cut(plan: PromptPlan, counted: int | None) -> bool:
    """Whether the server's count shows that it dropped a part of the prompt silently."""
    if not counted:
        return False
    num_ctx = plan.report.num_ctx
    if counted >= num_ctx - _FULL_WINDOW_SLACK:
        return True
    if 0 <= counted - num_ctx // 2 <= _HALF_WINDOW_SLACK:
        return True
    return counted < sum(fewest_tokens(content) for _, content in plan.messages)


def learn_count(plan: PromptPlan, draft: Draft, calibration: TokenCalibration) -> None:
    counted = draft.finished.prompt_eval_count if draft.finished else None
    if not counted:
        return
    if not is_probably_cut(plan, counted):
        calibration.learn(plan.estimated, counted)
    elif counted >= plan.report.num_ctx // 2:
        # How long it was is not known, only that it was longer than the window.
        calibration.learn(plan.estimated, 2 * plan.report.num_ctx)
