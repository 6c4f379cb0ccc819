"""Random lives through the socket, beside the naive model (tests/simulate), for some seconds, always the same ones first. The
seed of each life is printed; VONVAY_SIMULATE_SECONDS lives longer, `make simulate SECONDS=600` does without pytest, with new
seeds each time."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulate"))

import simulate  # noqa: E402

SECONDS = float(os.environ.get("VONVAY_SIMULATE_SECONDS", "30"))


def test_random_lives_are_as_the_model_says(postgres):
    assert simulate.run(postgres, seconds=SECONDS, first=1) >= 1


def test_a_disagreement_is_found_and_told_shortly(postgres, monkeypatch, capsys):
    """The comparison can fail: with a model that earns a đồng too much, the life ends with a seed and a short list."""
    honest = simulate.w.unpaid_interest

    def wrong(state):
        told = honest(state)
        return {**told, "total": told["total"] + (1 if state["lent"] else 0)}

    monkeypatch.setattr(simulate.w, "unpaid_interest", wrong)
    monkeypatch.setattr(simulate, "SHRINK_SECONDS", 20)
    try:
        simulate.run(postgres, seed=5, steps=60)
    except simulate.Disagreement as error:
        told = capsys.readouterr().err
        assert "seed 5" in told and len(error.steps) < 8 and "disburse" in told, told
    else:
        raise AssertionError("nothing was found")
