"""The shipped rules judged from outside: other people's days go in, what this system would have said comes out."""
