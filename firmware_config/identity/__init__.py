"""Who is who in a hall's network: its own authority, what each name proves itself by, taking that away, giving it anew.

Nothing here is printed or logged that is a secret; what is public of a certificate is its name, its number and its end.
"""
