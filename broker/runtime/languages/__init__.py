"""Further languages of a hall: catalogues shipped with the product, the hall's own beside its file, and their checks.

languages_of(hall, folder) -> Chinese, English and what the hall file adds, and why a catalogue is refused
"""
