"""Hands on serial lines: terminals, evaluators, open pads, signs and strips of every make."""
