"""Is it said right? Judges that are not ours, as many calls as one has time for: ``python -m tests.voice``."""
