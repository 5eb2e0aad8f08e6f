"""What whoever runs the hall should know now: troubles, pauses that run long, counters without anybody."""
