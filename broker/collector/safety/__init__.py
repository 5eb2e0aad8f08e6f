"""Who may come in and ask what: accounts, roles and rights, log-ins, anti-forgery tokens, limits, the audit log."""
