"""What is said about mistakes in the table of computers and in the hall's own network."""

from broker.model.words import Names

MACHINE_SENTENCES: dict[str, Names] = {
    "machine_idle": Names(
        '没有写运行什么，例如 runs = ["kiosk-1"]', 'runs nothing; name its devices, e.g. runs = ["kiosk-1"]'
    ),
    "machine_named_as_device": Names(
        "“{name}”已经是一个设备的名字；机器自己也用名字连接，请另取一个，例如 pi-{name}",
        "'{name}' is the name of a device; the computer itself connects by its name too: take another, e.g. pi-{name}",
    ),
    "machine_runs_unknown": Names(
        "没有叫“{name}”的设备{hint}；可写 {known}", "there is no device '{name}'{hint}; known: {known}"
    ),
    "machine_runs_twice": Names(
        "“{name}”已经由 machines.{other} 运行；一个设备只在一台机器上运行",
        "'{name}' already runs on machines.{other}; a device runs on one machine",
    ),
    "runs_nowhere": Names(
        "没有机器运行“{name}”；写了 [machines] 就要把每个设备都安排到一台机器上",
        "no machine runs '{name}'; once there are [machines], each device needs one",
    ),
    "no_wifi_name": Names(
        '用无线网要先写 [network] wifi = "网络名"', 'needs the name of the wireless network: [network] wifi = "NAME"'
    ),
    "board_too_small": Names(
        "Zero 2 W 的内存不够运行大厅主机；请用 pi4、pi5 或 pc",
        "a Zero 2 W has too little memory for the hall server; take a pi4, pi5 or pc",
    ),
    "machine_address": Names(
        "“{given}”不是带前缀长度的 IP 地址，例如 10.20.0.31/24",
        "'{given}' is not an address of a machine with the length of its prefix, e.g. 10.20.0.31/24",
    ),
    "machine_address_taken": Names("地址 {given} 已经给了 {other}", "address {given} is taken by {other}"),
    "network_address": Names(
        "“{given}”不是 IP 地址，例如 10.20.0.10", "'{given}' is not an IP address, e.g. 10.20.0.10"
    ),
    "network_range": Names("“{given}”不是网段，例如 10.20.0.0/24", "'{given}' is not a network, e.g. 10.20.0.0/24"),
    "no_server_address": Names(
        '有几台机器时要写大厅主机的地址，例如 server = "10.20.0.10"',
        'with several machines the hall server needs an address they find it at, e.g. server = "10.20.0.10"',
    ),
    "server_elsewhere": Names(
        "{given} 不是运行 server 的 machines.{machine} 的地址（{own}）",
        "{given} is not the address of machines.{machine}, which runs the server ({own})",
    ),
    "port_taken": Names("{place} 已经给了 {other}", "{place} is taken by {other}"),
    "port_unknown": Names(
        'machines.{machine} 没有接口 {port}{hint}；请在它的 ports 里写，例如 {port} = "usb:1.3"',
        'machines.{machine} has no port {port}{hint}; say in its ports where it is plugged in, e.g. {port} = "usb:1.3"',
    ),
}
