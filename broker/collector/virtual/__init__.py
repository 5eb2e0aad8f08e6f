"""The virtual hall: devices without hardware, to be looked at and touched in a browser."""
