"""The broker node: one hall, one truth. Only ``broker.server`` writes; everything else asks or is shown."""
