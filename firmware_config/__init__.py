"""A hall description becomes running devices: processes on this machine, or the configuration of real ones."""
