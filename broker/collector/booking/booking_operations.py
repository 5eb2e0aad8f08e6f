"""The addresses under ``/api/appointments``."""

from broker.collector.booking import booking_answers as b
from broker.collector.operation import Operation, Parameter

_BOOKING = Parameter("appointment", "path", "The booking's id", True, "home-0123456789abcdef01234567")
BOOKING_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get",
        "/api/appointments/slots",
        "freeSlots",
        "public",
        "网上预约：各日各时段余号",
        "Times that may be booked from home, and how full they are",
        b.SlotsAnswer,
        parameters=(Parameter("service", "query", "A service's name in the hall file", True, "pension"),),
        errors=(404, 503),
    ),
    Operation(
        "post",
        "/api/appointments",
        "bookAppointment",
        "public",
        "网上预约（个人或单位）；同一 id 只预约一次",
        "Book a time from home, for a person or an employer; one id is one booking",
        b.BookingAnswer,
        201,
        b.BookingBody,
        errors=(400, 404, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/appointments/found",
        "findAppointment",
        "public",
        "凭预约码和证件查找预约",
        "Find a booking by its code and the identity it was made with",
        b.BookingAnswer,
        body=b.FindBody,
        errors=(400, 404, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/appointments/{appointment}/cancelled",
        "cancelAppointment",
        "public",
        "取消预约（持签名）",
        "Cancel a booking, by its signature",
        b.CancelledAnswer,
        body=b.CancelBody,
        parameters=(_BOOKING,),
        errors=(400, 404, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/appointments/{appointment}/moved",
        "moveAppointment",
        "public",
        "改期（持签名和证件）",
        "Move a booking, by its signature and identity",
        b.BookingAnswer,
        body=b.MoveBody,
        parameters=(_BOOKING,),
        errors=(400, 404, 409, 413, 415, 422, 429, 503),
    ),
)
