"""The wire: every topic in one table, one envelope, one codec. Pure; knows nouns, knows no rule."""
