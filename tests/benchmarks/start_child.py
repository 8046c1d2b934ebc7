"""The processes that `start` starts: what --help imports, and an event loop that is watched."""

from __future__ import annotations

import argparse
import json
import sys


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("modules", "lateness"))
    parser.add_argument("--docs")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    if arguments.act == "modules":
        _modules()
    else:
        _lateness(arguments.docs, arguments.out)


def _modules() -> None:
    """Before anything is imported here that --help would not import."""
    import contextlib
    import io

    argparse_alone = len(sys.modules)
    from assistant.__main__ import main as program

    with contextlib.redirect_stdout(io.StringIO()):
        program(["--help"])
    heavy = ("numpy", "textual", "torch", "onnxruntime", "chromadb", "msgspec", "sqlite3")
    print(
        json.dumps(
            {
                "argparse": argparse_alone,
                "help": len(sys.modules),
                "heavy": [name for name in heavy if name in sys.modules],
            }
        )
    )


def _lateness(docs: str, out: str) -> None:
    import asyncio
    import gc
    import time
    from pathlib import Path

    from assistant.paths import Paths
    from assistant.settings import load_settings
    from assistant.tui import app
    from assistant.tui.opening import opener

    gc.disable()  # as `assistant FOLDER` begins
    every_s = 0.005
    beats: list[tuple[float, float]] = []

    class Watched(app.AssistantApp):
        """Notes how late each beat is, from the first frame until the folder is indexed."""

        CSS_PATH = Path(app.__file__).with_name(str(app.AssistantApp.CSS_PATH))

        def on_ready(self) -> None:
            self._beating = asyncio.create_task(self._beat())

        async def _beat(self) -> None:
            started = time.perf_counter()
            while not self._is_done(started):
                due = time.perf_counter() + every_s
                await asyncio.sleep(every_s)
                now = time.perf_counter()
                beats.append((now - started, now - due))
            self.exit()

        def _is_done(self, started: float) -> bool:
            from assistant.tui.screens.indexing import IndexingScreen

            if time.perf_counter() - started < 1.0 or not isinstance(self.screen, IndexingScreen):
                return False
            return self.screen.status_bar.counts[0] > 0 and not self.screen.is_at("index")

    paths = Paths.of_user()
    settings = load_settings(paths.settings_file)
    Watched(settings, (Path(docs),), opener(settings, paths), paths.settings_file).run()
    late = sorted(seconds for _, seconds in beats)
    at, longest = max(beats, key=lambda beat: beat[1])
    figures = {
        "seconds": beats[-1][0],
        "beats": len(beats),
        "p50_ms": late[len(late) // 2] * 1000,
        "p99_ms": late[int(len(late) * 0.99)] * 1000,
        "stalls": sum(1 for each in late if each > 0.05),
        "stalled_s": sum(each for each in late if each > 0.05),
        "max_ms": longest * 1000,
        "max_at_s": at,
    }
    Path(out).write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    main()
