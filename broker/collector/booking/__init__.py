"""Appointments: which half-hours are free, booking from home, what is booked; staff's own pages use its list."""
