"""Words of the hall file that a device must know: the nouns list them, the devices give them their meaning."""

from typing import get_args

from broker.model.hall import Clerk, HallIdentity
from broker.model.hall_base import IconName, KeyName
from broker.model.words import Phone
from broker.runtime.canvas import icons
from caller.console.keys import ConsoleKey


def test_every_icon_that_a_hall_may_name_is_drawn():
    assert set(get_args(IconName)) <= set(icons.names())


def test_the_keys_of_a_pad_are_those_that_a_console_understands():
    assert set(get_args(KeyName)) == {key.value for key in ConsoleKey}


def test_a_clerk_s_telephone_is_what_a_pause_may_carry():
    for struct in (Clerk, HallIdentity):
        assert struct.__annotations__["phone"] is Phone
