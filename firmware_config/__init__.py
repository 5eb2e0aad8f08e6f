"""A hall description becomes running devices: processes on this machine, with real or virtual hardware.

Images and broker rights for the machines of a larger hall are not made here yet.
"""
