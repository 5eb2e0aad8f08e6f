"""Sixteen clients book the same half-hours at once, over HTTP, and an auditor who reads only the journal.

``python -m tests.booking_storm`` (100,000 bookings, some minutes of both cores); ``--wishes`` for fewer. Real server,
MQTT broker and collector. No part of the suite but for its short version.
"""
