"""The only writer of a hall: commands in; decide, journal, apply, laws; answers and views out, after the commit."""
