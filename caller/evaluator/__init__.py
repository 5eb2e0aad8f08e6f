"""The evaluator that is a touch screen: what it shows and what a finger on it means."""
