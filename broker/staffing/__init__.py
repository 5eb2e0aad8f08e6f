"""How many counters a hall needs: from what came and how long it took, by the formulas of waiting lines. Pure.

It advises and judges its own advice; nothing here changes a hall. It knows the nouns of ``broker/model`` alone.
"""
