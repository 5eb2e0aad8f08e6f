"""The virtual hall: the present one rolled forward some dozens of times, by the rule that really calls.

Pure: chances are handed in, so the same scene and the same chances date everybody alike. Raw, it is too sure of itself;
it is one predictor among those that ``pace`` mixes, never what people are told.
"""
