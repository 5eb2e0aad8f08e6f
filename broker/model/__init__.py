"""The nouns of a hall: frozen, without I/O, understood by every process. They carry data and say nothing of rules."""
