"""Pictures of the kiosk: pure functions from visit, menu and surroundings to drawing operations with touch targets.

    view(visit, menu, surroundings) -> tuple of ops

Laid out for 1080 x 1920 (portrait) and 1920 x 1080 (landscape); any other size is the nearer of the two, scaled.
"""
