"""What anybody may see and do without a log-in: status, outlets, guide and hours, a ticket, rating a visit."""
