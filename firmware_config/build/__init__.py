"""From a hall to the files of each of its machines: pure generators, one file a concern, joined in ``image``."""
