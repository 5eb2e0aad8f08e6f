"""Every route of appointments from home; a hall that offers none has none of them."""

from flask import Blueprint

from broker.collector.booking.api_booking import add_api
from broker.collector.booking.desk import BookingDesk
from broker.collector.booking.pages_booking import add_pages
from broker.collector.booking.pages_mine import add_own_pages
from broker.collector.errors import NotFound
from broker.collector.web import Web
from broker.model.slots import booked_from_home


def blueprint(web: Web) -> Blueprint:
    """The routes."""
    routes, desk = Blueprint("booking", __name__), BookingDesk(web)

    @routes.before_request
    def check() -> None:
        if not offers_booking(web):
            raise NotFound

    add_api(routes, web, desk)
    add_pages(routes, web, desk)
    add_own_pages(routes, web, desk)
    return routes


def offers_booking(web: Web) -> bool:
    """Whether anybody may book from home: the hall says so, and there is a way to tell persons apart."""
    return booked_from_home(web.hall) and web.options.persons is not None
