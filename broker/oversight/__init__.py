"""A second, pure fold of the journal: what a hall is managed and judged by. Pure.

Facts of each day and reports of any span worked out of them, and every case of the quality desk. It stands beside the
engine and knows nothing of it: nothing here decides, and every figure can be worked out again from the events. It knows
the nouns of ``broker/model`` and the formulas of ``broker/staffing``.
"""
