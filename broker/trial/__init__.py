"""The shipped rules judged from outside: other people's days go in, what this system would have said comes out.

And days of our own played again: what would have been by another rule, or with other counters.
"""
