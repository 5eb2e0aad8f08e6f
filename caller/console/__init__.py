"""The clerk's console as a mind: presses in, commands and a picture out. Pure."""
