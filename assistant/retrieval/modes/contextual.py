"""Contextual: each sentence by its own tokens, read within its passage (late chunking).

The encoder reads the passage with its heading once; a sentence's vector is the mean of the token
vectors in its own span (Guenther et al. 2024, "Late Chunking", section 3.1). So "it" has seen what
it stands for. Wins where a sentence lacks its subject; loses some sharpness where neighbours speak
of something else. Always mean-pooled, whatever pooling is asked for: the first or last token of a
span stands for nothing.
Cost: one more vector per sentence on disk; at question time one matrix product.
"""

from __future__ import annotations

from assistant.retrieval.arms import contextual_arm
from assistant.retrieval.modes.mode import Mode

CONTEXTUAL = Mode(
    "contextual",
    "Contextual",
    "each sentence by its own tokens, read within its passage (late chunking)",
    lambda search: (contextual_arm(search),),
    'a sentence that lacks its subject: "It must be written before ..."',
    uses_pooling=False,
)
