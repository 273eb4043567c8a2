"""The words for how a campaign is sent and how far it has come."""

from typing import Final, Literal, get_args

Status = Literal["draft", "running", "paused", "finished"]
Delivery = Literal["one_time", "recurring", "triggered", "manual"]
OnFinish = Literal["keep_windows", "close_windows"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
DELIVERIES: Final[tuple[Delivery, ...]] = get_args(Delivery)
ON_FINISH: Final[tuple[OnFinish, ...]] = get_args(OnFinish)
