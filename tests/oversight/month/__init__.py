"""A scripted month: planned by chance, expected by plain arithmetic, played by the real writer on a real journal."""
