"""A half-duplex serial line shared by many small devices: one thread owns the port."""
