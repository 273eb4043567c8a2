-- Dittofeed's table of events. Dittofeed itself keeps it in ClickHouse: types are PostgreSQL's nearest.
CREATE TABLE internal_events (
    workspace_id TEXT NOT NULL, user_or_anonymous_id TEXT NOT NULL, user_id TEXT NOT NULL, anonymous_id TEXT NOT NULL,
    message_id TEXT NOT NULL, event TEXT NOT NULL, event_time TIMESTAMP(3) NOT NULL, processing_time TIMESTAMP(3),
    properties TEXT NOT NULL, template_id TEXT NOT NULL DEFAULT '', broadcast_id TEXT NOT NULL DEFAULT '',
    journey_id TEXT NOT NULL DEFAULT '', triggering_message_id TEXT NOT NULL DEFAULT '',
    channel_type TEXT NOT NULL DEFAULT '', delivery_to TEXT NOT NULL DEFAULT '', delivery_from TEXT NOT NULL DEFAULT '',
    origin_message_id TEXT NOT NULL DEFAULT '', hidden BOOLEAN NOT NULL DEFAULT false
);
