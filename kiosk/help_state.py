"""What became of a call for help. Pure."""

from typing import Literal

HelpState = Literal["asking", "called", "coming", "unheard"]
"""UNHEARD: nobody can say that staff know; a lamp of the kiosk flashes all the same."""
