"""``/api/appointments``: free slots for everybody, and a booking by whoever has its id and signature."""

from flask import Blueprint, Response, request

from broker.collector.booking import booking_answers as b
from broker.collector.booking.booked import Booked
from broker.collector.booking.desk import BookingDesk, Wish
from broker.collector.errors import Malformed, NotFound
from broker.collector.web import Web, answer, read_body
from broker.contract.appointment_code import text_of
from broker.model.slots import Item


def add_api(routes: Blueprint, web: Web, desk: BookingDesk) -> None:
    """The routes under ``/api/appointments``."""

    @routes.get("/api/appointments/slots")
    def free_slots() -> Response:
        service = request.args.get("service", "")
        if service not in desk.slots.services():
            raise NotFound
        return answer(_slots(desk, service))

    @routes.post("/api/appointments")
    def book_here() -> Response:
        body = read_body(b.BookingBody)
        items = body.items or (Item(body.service),)
        if items[0].service != body.service:
            raise Malformed(detail="items")
        wish = Wish(body.id, items, body.at_ms, body.kind, body.number, body.phone, body.mail)
        result = desk.book(wish)
        return answer(_booking(web, desk, wish.id, str(result["code"]), wish.at_ms, wish.items, "booked"), 201)

    @routes.post("/api/appointments/found")
    def find_mine() -> Response:
        body = read_body(b.FindBody)
        return answer(_shown(web, desk, desk.find(body.code, body.kind, body.number)))

    @routes.post("/api/appointments/<appointment>/cancelled")
    def cancel_mine(appointment: str) -> Response:
        body = read_body(b.CancelBody)
        desk.cancel(desk.mine(appointment, body.k))
        return answer(b.CancelledAnswer(id=appointment))

    @routes.post("/api/appointments/<appointment>/moved")
    def move_mine(appointment: str) -> Response:
        body = read_body(b.MoveBody)
        desk.move(desk.mine(appointment, body.k), body.at_ms, body.kind, body.number)
        return answer(_shown(web, desk, desk.mine(appointment, body.k)))


def _slots(desk: BookingDesk, service: str) -> b.SlotsAnswer:
    days = tuple(
        b.FreeDay(
            day=one.day.isoformat(),
            pressure=one.pressure,
            slots=tuple(
                b.FreeSlot(at_ms=slot.at_ms, until_ms=slot.until_ms, left=max(0, slot.left), pressure=slot.pressure)
                for slot in one.slots
            ),
        )
        for one in desk.slots.days(service)
    )
    return b.SlotsAnswer(service=service, days=days)


def _shown(web: Web, desk: BookingDesk, booked: Booked) -> b.BookingAnswer:
    items = tuple(Item(service, count) for service, count in booked.items)
    return _booking(web, desk, booked.appointment, booked.code, booked.time_ms, items, booked.state)


def _booking(
    web: Web, desk: BookingDesk, id: str, code: str, at_ms: int, items: tuple[Item, ...], state: str
) -> b.BookingAnswer:
    return b.BookingAnswer(
        id=id,
        code=code,
        service=items[0].service,
        at_ms=at_ms,
        items=items,
        state=state,  # type: ignore[arg-type]
        link=desk.link(id),
        k=desk.sign(id),
        qr=text_of(web.hall.hall.id, code),
    )
