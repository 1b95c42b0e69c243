"""What is loaded before the first step is not looked through for garbage again and again."""

import gc

from reli.engine import StepRunner
from reli.engine.memory import settle


def test_what_is_loaded_is_frozen_once_a_process(tmp_path):
    gc.unfreeze()
    settle.cache_clear()
    StepRunner(tmp_path, tmp_path / "manifest.json")
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    later = [[number] for number in range(1_000)]
    StepRunner(tmp_path, tmp_path / "manifest.json")
    assert len(later) == 1_000
    assert gc.get_freeze_count() <= frozen
