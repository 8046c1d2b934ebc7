"""`assistant compare`: the fields of the design, and the matrix a person reads."""

from __future__ import annotations

import pytest

from assistant.embedding.poolings import MAXSIM, POOLINGS
from assistant.retrieval.modes import MODES
from tests.cli.conftest import Cli

QUESTION = "How is DDR4 memory initialised?"


def test_fields_of_the_design(cli: Cli, indexed: str) -> None:
    outcome = cli("compare", QUESTION, "--docs", indexed, "--limit", "3", "--json")
    assert outcome.code == 0
    found = outcome.json
    assert {"question", "mode", "pooling", "hits", "reading", "timings"} <= set(found)
    assert found["poolings"] == [*POOLINGS, MAXSIM]
    assert found["trained_pooling"] == "mean"
    assert len(found["sentences"]) == len(found["hits"]) == 3
    for sentence, hit in zip(found["sentences"], found["hits"], strict=True):
        assert sentence["sentence"] == hit["sentence"]
        assert sentence["document"] == hit["document"] and sentence["line"] == hit["line"]
        assert set(sentence["ranks"]) == set(sentence["scores"]) == {*POOLINGS, MAXSIM}
        assert set(sentence["mode_ranks"]) == set(MODES)
        assert isinstance(sentence["embedded_text"], str)
    pairs = [(pair["a"], pair["b"]) for pair in found["agreement"]]
    assert len(pairs) == 15
    assert set(found["agreement"][0]) == {"a", "b", "kendall_tau", "overlap_at_10"}


def test_dilution_has_cosines_of_the_active_pooling_and_ranks(cli: Cli, indexed: str) -> None:
    outcome = cli(
        *("compare", QUESTION, "--docs", indexed, "--limit", "1", "--pooling", "max", "--json")
    )
    sentence = outcome.json["sentences"][0]
    dilution = sentence["dilution"]
    assert {"sentence", "passage", "section", "passage_tokens", "ranks"} <= set(dilution)
    assert dilution["sentence"] == sentence["scores"]["max"]
    assert dilution["ranks"]["sentence"] == sentence["ranks"]["max"]
    assert set(dilution["ranks"]) == {"sentence", "passage", "section"}


def test_text_has_the_matrix_with_a_star(cli: Cli, indexed: str) -> None:
    outcome = cli("compare", QUESTION, "--docs", indexed, "--limit", "2")
    header, first = outcome.out.splitlines()[:2]
    assert header.split()[:8] == ["#", "CLS", "Mean*", "Max", "Last", "WMean", "MaxSim", "BM25"]
    assert first.split()[0] == "1"
    assert first.endswith("DDR4 memory is initialised by the memory reference code.")
    assert "exact among all" in outcome.out
    assert "Agreement" in outcome.out


def test_nothing_found_is_exit_1_and_still_one_object(cli: Cli, indexed: str) -> None:
    outcome = cli("compare", "zzqqy", "--docs", indexed, "--mode", "bm25", "--json")
    assert outcome.code == 1
    assert outcome.json["sentences"] == []


@pytest.mark.parametrize("width", [50, 80, 120, None])
def test_no_line_is_wider_than_the_screen(width: int | None) -> None:
    from assistant.cli.comparison_text import comparison_lines
    from tests.cli.builders import compared_trace

    trace = compared_trace("固件在启动早期初始化DDR4内存。" * 9)
    assert trace.comparison is not None
    lines = list(comparison_lines(trace, trace.comparison, width))
    matrix = [line for line in lines if line.plain.lstrip()[:1] in "#1" and line.plain.strip()]
    assert matrix
    if width is not None:
        assert max(line.cell_len for line in lines[:4]) <= width
    shown = "\n".join(line.plain for line in lines)
    for label in ("CLS", "Mean*", "MaxSim", "BM25", "Chroma"):
        assert label in shown


def test_the_explanation_adds_up_to_the_score_that_is_told(cli: Cli, indexed: str) -> None:
    found = cli("compare", QUESTION, "--docs", indexed, "--limit", "3", "--json").json
    explanation = found["explanation"]
    assert explanation["question"]["text"] == QUESTION
    for sentence, why in zip(found["sentences"], explanation["sentences"], strict=True):
        assert why["text"] == sentence["embedded_text"]
        added = sum(aligned["cosine"] for aligned in why["alignment"])
        assert added == pytest.approx(sentence["scores"][MAXSIM], abs=2e-4)
        assert [piece["token"] for piece in why["pieces"]] == why["tokens"]
