"""Power cuts: the product's own files on a disk that keeps only what was synced, and tears the rest. See ``bench``."""
