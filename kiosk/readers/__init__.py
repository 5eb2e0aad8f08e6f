"""Card readers and code scanners of a kiosk. What a card says of a person is forgotten before anybody can ask for it:
out of here come a masked text, an age and a salted hash, never a number, a name or a picture, not even in a log."""
