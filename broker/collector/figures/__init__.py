"""What is counted and signed: ratings as they come in, the day's figures and sheets, who wishes to be called."""
