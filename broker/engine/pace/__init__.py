"""How long somebody will wait, learned from those who waited: PACE, an online mix of the published queue predictors.

Pure; every value follows from the events it was told of, in their order. Times are seconds.
"""
