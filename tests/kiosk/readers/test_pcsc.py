"""PC/SC is an extra: without pyscard the hall file is refused in words; with it presence is told, and nothing else."""

import sys
import threading
import types

import pytest

from kiosk.readers.cards import CardPresent
from kiosk.readers.pcsc import PcscMissing, PcscReader


def test_without_pyscard_the_address_is_refused_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(PcscMissing, match="python3-pyscard") as refused:
        PcscReader(0)
    assert "需要 pyscard" in refused.value.zh


class ServiceDown(Exception):
    """What pyscard raises when pcscd ends: it is of no tree of pyscard's own documented errors."""


class FakeService:
    """What pyscard's two modules look like to us, with one reader and a card that comes and goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.readers = 1
        self.lies = False
        self.is_down = False
        self.looked = threading.Semaphore(0)
        system, exceptions = types.ModuleType("smartcard.System"), types.ModuleType("smartcard.Exceptions")

        class SmartcardException(Exception):
            pass

        self.refusal = exceptions.SmartcardException = SmartcardException
        system.readers = self._readers
        package, context = types.ModuleType("smartcard"), types.ModuleType("smartcard.pcsc.PCSCContext")
        package.System, package.Exceptions, context.PCSCContext = system, exceptions, self
        self.instance: object = self
        modules = {"": package, ".System": system, ".Exceptions": exceptions, ".pcsc": types.ModuleType("pcsc")}
        for name, module in {**modules, ".pcsc.PCSCContext": context}.items():
            monkeypatch.setitem(sys.modules, f"smartcard{name}", module)
        monkeypatch.setattr("kiosk.readers.pcsc.LOOK_EVERY_S", 0.001)
        monkeypatch.setattr("kiosk.readers.pcsc.LOOK_AGAIN_S", 0.001)

    def _readers(self):
        self.looked.release()
        if self.is_down:
            raise ServiceDown
        return [self] * self.readers

    def createConnection(self):  # noqa: N802 - pyscard's name
        return self

    def connect(self) -> None:
        if not self.lies:
            raise self.refusal

    def disconnect(self) -> None:
        pass

    def await_looks(self) -> None:
        """Two whole looks from now on."""
        while self.looked.acquire(blocking=False):
            pass
        for _ in range(3):
            assert self.looked.acquire(timeout=60)


def test_a_card_that_is_laid_is_told_once_until_it_is_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    service = FakeService(monkeypatch)
    reader = PcscReader(0)
    reader.start()
    try:
        service.await_looks()
        assert (reader.poll(), reader.health()) == ([], "ok")
        for _ in range(2):
            service.lies = True
            service.await_looks()
            service.await_looks()
            assert reader.poll() == [CardPresent()]
            service.lies = False
            service.await_looks()
        for trouble in ({"readers": 0}, {"is_down": True}):
            vars(service).update(trouble)
            service.await_looks()
            assert reader.health() == "offline"
            assert service.instance is None, "a service that was started anew is asked anew"
            vars(service).update(readers=1, is_down=False)
            service.await_looks()
            assert reader.health() == "ok"
    finally:
        reader.stop()
    assert reader.poll() == []
