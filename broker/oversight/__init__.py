"""A second, pure fold of the journal: what a hall is managed and judged by.

It imports the model alone and knows nothing of the engine: what the engine decided must be found in its events again.
"""
