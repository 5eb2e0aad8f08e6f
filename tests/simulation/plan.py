"""What one seed is: the hall, the crowd, the weather of the network, and how often each kind of misfortune strikes."""

from dataclasses import dataclass, field, replace
from random import Random

KINDS: dict[str, tuple[float, float]] = {
    "server kill": (0.5, 6.0),
    "server kill before commit": (0.5, 6.0),
    "server kill after commit": (0.5, 6.0),
    "broker death": (0.3, 4.0),
    "broker wiped": (0.3, 3.0),
    "partition": (1.0, 12.0),
    "long partition": (0.5, 5.0),
    "half open": (0.5, 8.0),
    "server partition": (0.3, 4.0),
    "kiosk power": (0.5, 6.0),
    "kiosk power before commit": (0.5, 6.0),
    "kiosk power after commit": (0.5, 6.0),
    "kiosk power while printing": (0.5, 8.0),
    "caller power": (0.5, 5.0),
    "caller power before commit": (0.5, 5.0),
    "caller power after commit": (0.5, 5.0),
    "display power": (0.5, 4.0),
    "collector down": (0.5, 4.0),
    "server clock": (0.3, 3.0),
    "device clock": (0.5, 5.0),
    "unsure clock": (0.3, 3.0),
    "lost card": (0.2, 1.0),
    "paper out": (0.3, 2.0),
    "silent printer": (0.3, 3.0),
    "disk full": (0.3, 2.0),
    "night": (0.6, 4.0),
}
"""Kind -> the range of its mean number an hour, where a seed has it at all."""


@dataclass(frozen=True)
class Weather:
    """What may happen to one message: chances, and the mean delay."""

    loss: float = 0.0
    repeat: float = 0.0
    overtake: float = 0.0
    delay_s: float = 0.01


@dataclass(frozen=True)
class Plan:
    """``rates``: kind of fault -> mean number an hour. Times of day in hours."""

    hall: str = "small"
    weather: Weather = Weather()
    rates: dict[str, float] = field(default_factory=dict)
    visitors_an_hour: float = 60.0
    service_s: float = 120.0
    rating: float = 0.7
    starts_at_h: float = 10.0
    server_turn_s: float = 2.4
    afar: bool = True
    """Whether people ask from outside the hall, and its leader, guide and signers of sheets are there."""

    def without(self, *kinds: str) -> "Plan":
        """The same without some kinds of faults."""
        return replace(self, rates={kind: rate for kind, rate in self.rates.items() if kind not in kinds})


def plan_of(seed: int) -> Plan:
    """A random subset of faults at random rates; about every tenth seed has none, to know the laws in peace."""
    chance = Random(f"plan {seed}")
    share = chance.choice((0.0, 0.15, 0.3, 0.5, 0.5, 0.8, 1.0, 0.3, 0.5, 0.15))
    rates = {kind: chance.uniform(*reach) for kind, reach in KINDS.items() if chance.random() < share}
    rough = chance.random() < share
    weather = Weather(
        loss=chance.choice((0.0, 0.002, 0.02, 0.1)) if rough else 0.0,
        repeat=chance.choice((0.0, 0.01, 0.1)) if rough else 0.0,
        overtake=chance.choice((0.0, 0.01, 0.1)) if rough else 0.0,
        delay_s=chance.choice((0.003, 0.01, 0.05, 0.4)) if rough else 0.005,
    )
    return Plan(
        hall=chance.choice(("one", "small", "small", "large")),
        weather=weather,
        rates=rates,
        visitors_an_hour=chance.choice((20.0, 50.0, 100.0)),
        service_s=chance.choice((40.0, 120.0, 240.0)),
        rating=chance.choice((0.3, 0.8)),
        starts_at_h=chance.choice((8.9, 10.0, 13.0, 15.7)),
        server_turn_s=chance.choice((0.8, 2.4, 4.0)),
    )
