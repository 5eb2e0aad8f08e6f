"""What a counter's devices can do, and the hands on GPIO buttons and USB keypads."""
