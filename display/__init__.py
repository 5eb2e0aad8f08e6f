"""The hall sees and hears who is called. A display shows views and speaks calls; it never changes a queue."""
