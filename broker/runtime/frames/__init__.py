"""Serial protocols of counter hardware, one file per make: pure codecs, and simulators that stand beside them."""
