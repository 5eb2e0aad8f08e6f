"""Where each planted bug was last caught: (seed, hall hours). Written by ``python -m tests.simulation.bugs --write``."""

FIRST_SEEDS: dict[str, tuple[int, float]] = {}
