"""What ``python -m broker`` does at a terminal beside running a hall: each command ends with words and an exit code."""
