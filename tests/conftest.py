"""How the whole suite looks for examples: the same ones every time, and as slowly as the machine likes.

A clock in a property test only measures who else is working, and a suite that finds something new on a machine far away
tells nobody how to see it again. Searching is a command of its own: ``JIAOHAO_HYPOTHESIS=long pytest tests/...``.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("long" if os.environ.get("JIAOHAO_HYPOTHESIS") == "long" else "suite")
