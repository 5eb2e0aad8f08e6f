"""Tells other systems what happened: webhooks, and ratings for the office above. Read from the journal, never asked."""
