"""Bytes that hate us: one table of everything that reads bytes or text, its seeds, and the fuzzer that grows them."""
