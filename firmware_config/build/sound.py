"""``/etc/asound.conf``: one named card that several programs share (dmix), and no other to fall back on. Pure."""

from collections.abc import Iterator

from broker.model.hall import Hall
from broker.model.hall_machines import SoundName
from firmware_config.boards import BOARDS
from firmware_config.build.boot import MADE
from firmware_config.build.files import ROOT, File, text
from firmware_config.build.udev import CARD_ID
from firmware_config.machines import Computer

RATE = 48_000
CARDS: dict[SoundName, str] = {"usb": CARD_ID, "hdmi": "vc4hdmi0", "i2s": "sndrpihifiberry", "headphones": ""}
"""Ways to hang a loudspeaker -> the card's ALSA name; headphones: the board's own."""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """No file for a machine that nobody hears."""
    sound = computer.machine.sound
    if sound != "none":
        card = CARDS[sound] or BOARDS[computer.machine.board].sound_card
        yield text(f"{ROOT}etc/asound.conf", _conf(card))


def _conf(card: str) -> str:
    """``ipc_gid audio``: programs of other users share the mixer too; ``plug`` converts what a clip's rate is not."""
    return f"""{MADE}
pcm.hall_dmix {{
    type dmix
    ipc_key 5260
    ipc_gid audio
    ipc_perm 0660
    slave {{
        pcm "hw:CARD={card},DEV=0"
        rate {RATE}
        channels 2
        period_time 20000
        buffer_time 120000
    }}
    bindings {{ 0 0 1 1 }}
}}
pcm.!default {{
    type plug
    slave.pcm "hall_dmix"
}}
ctl.!default {{
    type hw
    card {card}
}}
"""
