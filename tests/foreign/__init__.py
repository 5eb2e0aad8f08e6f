"""Programs written by others judge our bytes. They are installed here by the test set-up and never shipped."""
