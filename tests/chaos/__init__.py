"""Chaos: the town hall as real processes, people in it, and something bad every few seconds; then an outsider reads.

Everything that is the truth from outside (paper, wires, fingers) is recorded by processes that nobody kills.
"""
