"""Paper comes out here. A printer that does not answer is never called healthy, and a broken one never stops the kiosk.

TicketPaper -> ticket_layout -> typesetting -> escpos -> bytes -> link -> printer, or simulator with the same code
"""
