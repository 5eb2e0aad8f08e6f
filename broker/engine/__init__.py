"""The rules of the hall, pure: no clock, no randomness, no I/O. A state and a wish in; events or a refusal out."""
