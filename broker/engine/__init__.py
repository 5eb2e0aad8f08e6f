"""The rules of the hall, pure: no clock, no randomness, no I/O. State and a wish come in, events or a refusal go out."""
