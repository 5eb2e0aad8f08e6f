"""The whole hall in one process: the real rules and device minds on a virtual clock, network and disk, and its judges.

``trace`` is what an outsider saw; the world writes it, the checkers read it, and neither knows the other.
"""
