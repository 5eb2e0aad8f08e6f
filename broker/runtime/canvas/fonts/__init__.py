"""Noto Sans SC, cut to what a public hall writes by ``script/fonts.py``; SIL Open Font Licence in ``OFL.txt``."""
