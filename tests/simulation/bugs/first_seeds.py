"""Where each planted bug was last caught: (seed, hall hours). Written by the search (``--write``)."""

FIRST_SEEDS: dict[str, tuple[int, float]] = {}
