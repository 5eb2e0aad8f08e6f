"""Messages to people who are not in the hall. They are written down first, sent beside the requests, erased in time."""
