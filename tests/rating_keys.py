"""The secret of halls in tests: server and devices of a test agree on it, as those of a hall do."""

from broker.model.hall import Hall
from broker.model.rating_keys import RatingKeys

SECRET = b"a secret of the tests' own halls"


def keys_of(hall: Hall) -> RatingKeys:
    """The hall's keys, as its server has them."""
    return RatingKeys(hall.hall.id, (SECRET,))
