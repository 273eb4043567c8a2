"""Writes RudderStack's track calls: Segment's, but for who sent them."""

from pathlib import Path

from tests.support.exports.story import Story
from tests.support.exports.writers import segment

LIMITS = segment.LIMITS


def write(story: Story, folder: Path) -> int:
    """Write the calls."""
    return segment.write(story, folder, "RudderLabs JavaScript SDK")
