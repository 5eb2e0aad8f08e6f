"""The web side of a hall: ratings in, status out, consoles for staff. Holds no truth; it asks the engine and shows."""
