"""What every process of a hall shares: clock, link, outbox, bus, heart, canvas. Nothing here knows a queue rule."""
