"""The process: an environment in which libraries keep quiet, then the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.workspace import EncoderLoader

_ENVIRONMENT = {
    # Waiting threads that spin make a question 27 times slower beside a busy Ollama.
    "OMP_WAIT_POLICY": "PASSIVE",
    # A product with 100,000 vectors waits for memory, not for a core: a second thread gained
    # nothing and its wake-up cost 10 to 40 ms (hybrid: 34 ms instead of 110, 95th percentile).
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
}


def main(argv: Sequence[str] | None = None, load: EncoderLoader | None = None) -> int:
    """`load` replaces the way the embedding model is loaded."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # Deferred: native libraries read the environment when they are first imported.
    from assistant.cli.running import run

    return run(sys.argv[1:] if argv is None else argv, load)


if __name__ == "__main__":
    sys.exit(main())
