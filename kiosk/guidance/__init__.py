"""Voice guidance: each screen said into an earphone, and worked by keys that can be felt, without sight.

The words are those that the screen draws, read from its draw list; nothing is written twice. The sound leaves the kiosk
through the private output of the hall file alone.
"""
