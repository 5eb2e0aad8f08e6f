"""What staff work with: log-in, the console of a counter, the desks, slips, appointments, who could not be told."""
