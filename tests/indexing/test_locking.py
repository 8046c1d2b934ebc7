"""One writer at a time, and the second one learns who the first is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import IndexFault, IndexLocked
from assistant.indexing.locking import writing


def test_a_second_writer_is_told_the_first_one_s_process(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from assistant.indexing.locking import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "index")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(IndexLocked) as caught, writing(tmp_path / "index"):
            pass
        assert f"process {process.pid} on " in caught.value.message
        process.kill()
    with writing(tmp_path / "index"):  # the lock ended with its process
        pass


def test_a_second_writer_in_the_same_process_is_locked_out(tmp_path: Path) -> None:
    with (
        writing(tmp_path),
        pytest.raises(IndexLocked, match=f"process {os.getpid()}"),
        writing(tmp_path),
    ):
        pass
    with writing(tmp_path):
        pass


def test_a_lock_taken_in_one_thread_can_be_given_back_in_another(tmp_path: Path) -> None:
    held = writing(tmp_path)
    thread = threading.Thread(target=held.__enter__)
    thread.start()
    thread.join()
    held.__exit__(None, None, None)
    with writing(tmp_path):
        pass


def test_a_file_where_the_index_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(IndexFault) as caught, writing(tmp_path / "data" / "indexes" / "x"):
        pass
    assert str(tmp_path / "data" / "indexes" / "x") in caught.value.message
    assert "ASSISTANT_HOME" in caught.value.hint
