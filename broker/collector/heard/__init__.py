"""What was heard, from the hall and from other outlets, and how the engine is asked: the one room that knows MQTT."""
