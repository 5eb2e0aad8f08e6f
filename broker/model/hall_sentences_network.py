"""What is said about mistakes in how the hall's programs are reached."""

from broker.model.words import Names

NETWORK_SENTENCES: dict[str, Names] = {
    "broker_url": Names(
        '应为 "auto" 或 "mqtt://主机:端口"（加密用 mqtts://）',
        'must be "auto" or "mqtt://HOST:PORT" (mqtts:// when encrypted)',
    ),
    "broker_on_network": Names(
        "自动启动的消息服务要给每台机器分别授权，才能向网络开放：请在 [machines] 里写明各台机器，再运行 "
        'python -m firmware_config identity；单机请写 listen = "127.0.0.1"',
        "the broker that 'auto' starts opens to the network only for machines that it knows: name them in [machines], "
        'then run python -m firmware_config identity; with one machine write listen = "127.0.0.1"',
    ),
    "secure_port_taken": Names(
        "端口 {port} 已经给了 {other}", "port {port} is already {other}; the two need different ports"
    ),
    "public_url": Names(
        '应以 http:// 或 https:// 开头，例如 "http://192.168.1.10:8080"',
        'must begin with http:// or https://, e.g. "http://192.168.1.10:8080"',
    ),
    "tls_half": Names(
        "证书 tls_certificate 和私钥 tls_key 要么都写，要么都不写",
        "tls_certificate and tls_key belong together: give both or neither",
    ),
    "tls_path": Names(
        "应为以 / 开头的完整路径，不是“{given}”", 'must be a whole path that begins with /, not "{given}"'
    ),
    "tls_public_url": Names(
        '启用 HTTPS 后应以 https:// 开头，并写证书上的名称，例如 "https://dating.example.gov.cn:8443"',
        "must begin with https:// where the collector speaks HTTPS, and name what the certificate is for, "
        'e.g. "https://hall.example.gov.cn:8443"',
    ),
    "no_such_network": Names(
        '应为代理服务器的 IP 地址或网段，例如 "127.0.0.1" 或 "10.0.0.0/24"，不是“{given}”',
        'must be the IP address of a proxy, or a network, e.g. "127.0.0.1" or "10.0.0.0/24", not "{given}"',
    ),
    "too_wide_network": Names(
        "“{given}”范围太大：里面的每个人都能冒充别的地址；请只写代理服务器自己的地址",
        '"{given}" is too wide: everybody in it could name any address as his own; give the proxies alone',
    ),
    "ports_equal": Names(
        "端口 {port} 已经给了消息服务 broker.port",
        "port {port} is already broker.port; the two need different ports",
    ),
}
