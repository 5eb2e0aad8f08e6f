"""A serial line in the hands of whoever installs it: listen, scan, send, simulate."""
