"""A way by mail: ``smtp://HOST:587?from=A@B&user=NAME`` with STARTTLS, ``smtps://`` with TLS from the first byte.

``tls=none`` only for a relay on this machine. The password is the way's secret, of the environment.
"""

import re
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from broker.collector.notify.ways import TIMEOUT_S, Letter, NotDelivered, WayAddress

PORTS = {"smtp": 587, "smtps": 465}
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,190}")


class MailWay:
    """One connection a letter: there are few of them."""

    def __init__(self, address: WayAddress, secret: str, trust: ssl.SSLContext | None = None) -> None:
        self._address, self._secret, self._trust = address, secret, trust

    def deliver(self, letter: Letter) -> None:
        if _ADDRESS.fullmatch(letter.to) is None:
            raise NotDelivered("the mail address is none", for_good=True)
        try:
            with self._connection() as server:
                if self._secret and "user" in self._address.options:
                    server.login(self._address.options["user"], self._secret)
                server.send_message(self._mail(letter))
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotDelivered(f"SMTP {codes[0]}", for_good=codes[0] >= 500) from None
        except smtplib.SMTPAuthenticationError as error:
            raise NotDelivered(f"SMTP {error.smtp_code}: user or secret is wrong") from None
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"SMTP {error.smtp_code}", for_good=error.smtp_code >= 500) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"no answer ({type(error).__name__})") from None

    def _connection(self) -> smtplib.SMTP:
        host, port = self._address.host, self._address.port or PORTS[self._address.scheme]
        trust = self._trust or ssl.create_default_context()
        if self._address.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=trust)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        if self._address.options.get("tls") != "none":
            try:
                server.starttls(context=trust)
            except BaseException:
                server.close()
                raise
        return server

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        sender = self._address.options["from"]
        mail["From"], mail["To"], mail["Subject"] = sender, letter.to, letter.subject
        mail["Date"] = format_datetime(datetime.fromtimestamp(letter.at_ms / 1000, UTC))
        mail["Message-ID"] = f"<{letter.id}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        return mail
