"""A visitor asks for a ticket and gets paper. A kiosk can always issue, alone if it must; it never calls anyone."""
