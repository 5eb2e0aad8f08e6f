"""Why the guide desk gets no ticket like this."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class CodeAtKiosk(Refusal, frozen=True, kw_only=True):
    """One kiosk has every number of the service: it alone can give one for a code."""

    template = Names(
        "该业务的号码由取号机直接发放，请陪同群众在取号机上扫码或输入编码",
        "A kiosk gives all numbers of this service: type or scan the code there, together with the visitor.",
    )


class OrdersFull(Refusal, frozen=True, kw_only=True):
    """The kiosk has not given yet what it was asked for."""

    kiosk: str
    most: int
    template = Names(
        "{kiosk}还有 {most} 张没有打印，请稍候或换一台",
        "{kiosk} has {most} tickets to print already: wait, or take another kiosk.",
    )
