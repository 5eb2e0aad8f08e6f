"""Whether the options of strips' addresses mean anything to their makes: ``?form=boards`` would not. Pure.

The hall file's own checks know no make, and a make that is not among these drivers is the caller's to refuse.
"""

from collections.abc import Iterator

from broker.model.address import BadAddress, parse_address
from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake
from broker.runtime.frames.driver import BadOption
from broker.runtime.frames.registry import drivers


def option_mistakes(hall: Hall) -> Iterator[Mistake]:
    """One for each strip with an option, or a value of one, that its make does not have."""
    for key, strip in hall.strips.items():
        try:
            address = parse_address(strip.address)
        except BadAddress:
            continue  # said by the checks of the hall file
        driver = drivers().get(address.scheme)
        if driver is None or driver.strip is None:
            continue
        try:
            driver.strip.chosen(address.options)
        except BadOption as error:
            yield Mistake(f"strips.{key}.address", str(error), error.zh, "strip_option")
