"""What stands below the rank matrix: how alike the columns are, and what to think of them."""

from __future__ import annotations

from assistant.records import Trace
from assistant.tui.widgets.panel.tab import Shown

MOSTLY = 0.5
"""Of a text's tokens: beyond it the vectors say next to nothing."""


def agreement_line(shown: Shown) -> str:
    """Every other column against the active pooling, over the ten best of each."""
    trace = shown.trace
    if trace is None or trace.comparison is None:
        return ""
    said = []
    for pair in trace.comparison.agreement:
        if trace.pooling in (pair.a, pair.b):
            other = pair.b if pair.a == trace.pooling else pair.a
            label = shown.label_of(other)
            said.append(f"{label} {pair.overlap_at_10:.1f}, {pair.kendall_tau:+.2f}")
    if not said:
        return ""
    return f"Against {shown.label_of(trace.pooling)}: overlap@10, Kendall tau: {' · '.join(said)}"


def distrust(trace: Trace) -> str:
    """Why no vector of this question can be trusted; empty where they can."""
    reading = trace.reading
    if reading.unknown_share > MOSTLY:
        share = f"{reading.unknown} of {reading.tokens}"
        return f"Grey: the encoder does not know {share} tokens of the question."
    if reading.truncated:
        return f"Grey: {reading.truncated} tokens of the question are cut off."
    shares = [hit.unknown_share for hit in trace.hits]
    if shares and min(shares) > MOSTLY:
        return "Grey: the encoder does not know most of any of these sentences."
    return ""


def notes(trace: Trace) -> str:
    comparison = trace.comparison
    assert comparison is not None  # only a compared trace is drawn
    of_maxsim = (
        ""
        if comparison.maxsim_pool == comparison.n_sentences
        else f"; MaxSim among the {comparison.maxsim_pool:,} best of all poolings"
    )
    lines = [
        f"Exact ranks among {comparison.n_sentences:,} sentences{of_maxsim}.",
        "★ trained pooling, the others are diagnostic; underlined: active.",
    ]
    if comparison.chroma_state:
        lines.append(f"Chroma: {comparison.chroma_state}.")
    else:
        found = sum(s.chroma_rank is not None for s in comparison.sentences)
        lines.append(f"Chroma's approximate index finds {found} of {len(comparison.sentences)}.")
    return "\n".join(lines)
