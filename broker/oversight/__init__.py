"""What the hall's days amounted to, over any span: facts of each day, reports worked out of them. Pure.

A second reading of the journal beside the engine, which knows nothing of it: nothing here decides, and every figure can
be worked out again from the events. It knows the nouns of ``broker/model`` and the formulas of ``broker/staffing``.
"""
