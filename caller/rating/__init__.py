"""The visitor's rating: asked once a visit, safe on this device's disk, carried to the collector."""
