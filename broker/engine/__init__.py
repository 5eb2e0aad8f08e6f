"""The rules of the hall, pure: no clock, no randomness, no I/O. What happened is data; what happens next is decided here."""
