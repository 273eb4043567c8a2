"""Segments: named sets of users, and the rules that say who they are.

`users` holds users where they are. `base`, `lookups` and `parts` are what `segment` is built of, by topic.
`rules` and `evaluation` find the users of a rule, and `campaign_users` makes segments from a campaign's data.
"""

from results_widgets.segments.campaign_users import CampaignUsers
from results_widgets.segments.segment import Changes, Segment
from results_widgets.segments.store import SegmentStore

__all__ = ["CampaignUsers", "Changes", "Segment", "SegmentStore"]
