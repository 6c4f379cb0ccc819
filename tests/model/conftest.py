"""hypothesis: a short profile for every check, a long one for `VONVAY_HYPOTHESIS=long make check-model`."""

import os
import pathlib
import sys

from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(pathlib.Path(__file__).parent))

COMMON = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
}
settings.register_profile("ci", max_examples=60, derandomize=True, **COMMON)
settings.register_profile("long", max_examples=3000, **COMMON)
settings.register_profile("quick", max_examples=20, phases=[Phase.explicit, Phase.generate], **COMMON)
settings.register_profile("mut", max_examples=60, derandomize=True, phases=[Phase.explicit, Phase.generate], **COMMON)
settings.load_profile(os.environ.get("VONVAY_HYPOTHESIS", "ci"))
