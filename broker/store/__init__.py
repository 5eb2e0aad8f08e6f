"""The hall's disk: the journal is the truth, the receipts answer repeated commands, the reports only read."""
