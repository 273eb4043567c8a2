"""What a local time without a zone may stand for: no instant, one, or two."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def instants_of(wall: datetime, zone: str) -> list[datetime]:
    """The instants at which the clocks of a zone show a local time, found by trying every shift that it has nearby."""
    info, naive = ZoneInfo(zone), wall.replace(tzinfo=None)
    near = naive.replace(tzinfo=UTC)
    hours = [near + timedelta(hours=hour) for hour in range(-40, 41)]
    shifts = {one.astimezone(info).utcoffset() or timedelta() for one in hours}
    found = {(naive - shift).replace(tzinfo=UTC) for shift in shifts}
    return sorted(one for one in found if one.astimezone(info).replace(tzinfo=None) == naive)
