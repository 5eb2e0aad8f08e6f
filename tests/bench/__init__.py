"""Benchmarks of whole paths, side by side in one run. Not part of the suite: ``script/bench`` runs them."""
