"""The keys of metrics as type checkers know them, so that they find a misspelt one.

Type checkers read literals only, so the keys of the declarations are written out here;
tests/test_keys.py says which are missing. A key is one of these and nothing else by accident: if plain
text were allowed beside them, no misspelt key would be found. Metrics of a channel of one's own, and
keys that are computed, are marked with `MetricKey`.
"""

from typing import Literal, NewType

CampaignMetric = Literal[
    "users",
    "unique_users",
    "unique_users_rate",
    "engaged",
    "engagement_rate",
    "conversions",
    "unique_converters",
    "conversion_rate",
    "converted_entries",
    "converted_rate",
    "goal_value",
    "value_per_user",
    "exits",
    "entries_open",
    "median_time_to_convert",
    "held_back_entries",
    "held_back_users",
    "held_back_conversions",
    "held_back_converted_rate",
]
"""A metric of the campaign as a whole."""

ChannelMetric = Literal[
    "sent",
    "unique_sent",
    "delivered",
    "unique_delivered",
    "deferred",
    "unique_deferred",
    "opened",
    "unique_opened",
    "clicked",
    "unique_clicked",
    "bounced",
    "unique_bounced",
    "blocked",
    "unique_blocked",
    "dropped",
    "unique_dropped",
    "unsubscribed",
    "unique_unsubscribed",
    "marked_as_spam",
    "unique_marked_as_spam",
    "held_back",
    "unique_held_back",
    "suppressed",
    "unique_suppressed",
    "machine_opened",
    "unique_machine_opened",
    "machine_clicked",
    "unique_machine_clicked",
    "delivery_rate",
    "open_rate",
    "unique_open_rate",
    "click_rate",
    "unique_click_rate",
    "click_to_open_rate",
    "bounce_rate",
    "unsubscribe_rate",
    "spam_rate",
    "dismissed",
    "unique_dismissed",
    "viewed",
    "unique_viewed",
    "accepted",
    "unique_accepted",
    "cancelled",
    "unique_cancelled",
    "selected",
    "unique_selected",
    "submitted",
    "unique_submitted",
    "accept_rate",
    "unique_accept_rate",
    "read",
    "unique_read",
    "replied",
    "unique_replied",
    "failed",
    "unique_failed",
    "read_rate",
    "reply_rate",
    "failure_rate",
    "returned",
    "unique_returned",
    "redeemed",
    "unique_redeemed",
    "redemption_rate",
    "unique_redemption_rate",
    "return_rate",
    "exited",
    "unique_exited",
]
"""A metric of a built-in channel, and of its actions."""

ActionMetric = Literal[
    "users_received",
    "conversions_attributed",
    "entries_reached",
    "share_of_entries",
    "conversion_rate_attributed",
    "value_attributed",
    "value_attributed_per_user",
    "drop_off",
]
"""A metric that only actions have."""

MetricKey = NewType("MetricKey", str)
"""A metric's key that no type checker can know, as of a channel of your own; plain text at run time.

Examples:
    >>> rw.MetricKey("unique_scanned")
    'unique_scanned'
"""

MetricName = CampaignMetric | ChannelMetric | ActionMetric | MetricKey
"""The key of a metric."""
