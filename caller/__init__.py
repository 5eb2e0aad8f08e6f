"""The clerk calls and pauses; the visitor rates. Every press becomes a command; the engine alone decides."""
