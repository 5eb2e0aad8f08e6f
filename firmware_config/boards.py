"""What the boards of a hall are: memory, network, serial pins, sound, outputs, and the words config.txt has for them.

Sources: the boards' product briefs, ``overlays/README`` of the Raspberry Pi firmware and the documentation of
config.txt, as of 2026. Nothing of this was tried on a board by us.
"""

from dataclasses import dataclass

from broker.model.hall_machines import BoardName, SoundName

UART_PINS = (14, 15)
I2C_PINS = (2, 3)
I2S_PINS = (18, 19, 20, 21)
SPI_PINS = (7, 8, 9, 10, 11)


@dataclass(frozen=True)
class Board:
    """One kind of computer.

    ``filter`` is its section of config.txt, ``uart`` the overlay that brings a full serial port to pins 8 and 10 of
    the header, ``uart_node`` its device file then. ``outputs`` counts HDMI connectors, ``sounds`` are the ways a
    loudspeaker can hang on it, ``usb_ports`` its own sockets, ``controllers`` how many
    count their ports each for itself.
    """

    names: str
    filter: str
    memory_mb: int
    ethernet: bool
    outputs: int
    usb_ports: int
    sounds: tuple[SoundName, ...]
    uart: tuple[str, ...]
    uart_node: str
    onboard_clock: bool
    controllers: int
    sound_card: str
    device_tree: str

    @property
    def is_pi(self) -> bool:
        """A Raspberry Pi, with a boot partition and a header of pins; else a PC."""
        return bool(self.uart)


BOARDS: dict[BoardName, Board] = {
    "zero2w": Board(
        names="Raspberry Pi Zero 2 W",
        filter="pi02",
        memory_mb=512,
        ethernet=False,
        outputs=1,
        usb_ports=1,
        sounds=("none", "usb", "hdmi", "i2s"),
        uart=("dtoverlay=disable-bt", "enable_uart=1"),
        uart_node="ttyAMA0",
        onboard_clock=False,
        controllers=1,
        sound_card="",
        device_tree="bcm2837-rpi-zero-2-w",
    ),
    "pi3": Board(
        names="Raspberry Pi 3",
        filter="pi3",
        memory_mb=1024,
        ethernet=True,
        outputs=1,
        usb_ports=4,
        sounds=("none", "headphones", "usb", "hdmi", "i2s"),
        uart=("dtoverlay=disable-bt", "enable_uart=1"),
        uart_node="ttyAMA0",
        onboard_clock=False,
        controllers=1,
        sound_card="Headphones",
        device_tree="bcm2837-rpi-3-b",
    ),
    "pi4": Board(
        names="Raspberry Pi 4",
        filter="pi4",
        memory_mb=2048,
        ethernet=True,
        outputs=2,
        usb_ports=4,
        sounds=("none", "headphones", "usb", "hdmi", "i2s"),
        uart=("dtoverlay=disable-bt", "enable_uart=1"),
        uart_node="ttyAMA0",
        onboard_clock=False,
        controllers=1,
        sound_card="Headphones",
        device_tree="bcm2711-rpi-4-b",
    ),
    "pi5": Board(
        names="Raspberry Pi 5",
        filter="pi5",
        memory_mb=4096,
        ethernet=True,
        outputs=2,
        usb_ports=4,
        sounds=("none", "usb", "hdmi", "i2s"),
        uart=("dtoverlay=uart0-pi5",),
        uart_node="ttyAMA0",
        onboard_clock=True,
        controllers=2,
        sound_card="",
        device_tree="bcm2712-rpi-5-b",
    ),
    "pc": Board(
        names="PC",
        filter="",
        memory_mb=4096,
        ethernet=True,
        outputs=2,
        usb_ports=4,
        sounds=("none", "headphones", "usb", "hdmi"),
        uart=(),
        uart_node="",
        onboard_clock=True,
        controllers=1,
        sound_card="PCH",
        device_tree="",
    ),
}
