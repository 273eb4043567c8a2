-- Mautic's tables, as far as campaigns need them. Mautic itself runs on MySQL: types are PostgreSQL's nearest.
CREATE TABLE leads (id BIGINT PRIMARY KEY, email VARCHAR(191), firstname VARCHAR(191), date_added TIMESTAMP);
CREATE TABLE campaigns (
    id INT PRIMARY KEY, is_published BOOLEAN, date_added TIMESTAMP, name VARCHAR(191) NOT NULL, description TEXT,
    publish_up TIMESTAMP, publish_down TIMESTAMP, canvas_settings TEXT, allow_restart BOOLEAN, version INT
);
CREATE TABLE campaign_events (
    id INT PRIMARY KEY, campaign_id INT NOT NULL, parent_id INT, name VARCHAR(191) NOT NULL, description TEXT,
    type VARCHAR(50) NOT NULL, event_type VARCHAR(50) NOT NULL, event_order INT NOT NULL, properties TEXT NOT NULL,
    trigger_date TIMESTAMP, trigger_interval INT, trigger_interval_unit VARCHAR(1), trigger_mode VARCHAR(10),
    decision_path VARCHAR(191), temp_id VARCHAR(191), channel VARCHAR(191), channel_id VARCHAR(64), failed_count INT,
    deleted TIMESTAMP
);
CREATE TABLE campaign_leads (
    campaign_id INT NOT NULL, lead_id BIGINT NOT NULL, date_added TIMESTAMP NOT NULL, manually_removed BOOLEAN NOT NULL,
    manually_added BOOLEAN NOT NULL, date_last_exited TIMESTAMP, rotation INT NOT NULL, PRIMARY KEY (campaign_id, lead_id)
);
CREATE TABLE campaign_lead_event_log (
    id BIGINT PRIMARY KEY, event_id INT NOT NULL, lead_id BIGINT NOT NULL, campaign_id INT, ip_id BIGINT, rotation INT,
    date_triggered TIMESTAMP, is_scheduled BOOLEAN NOT NULL, trigger_date TIMESTAMP, system_triggered BOOLEAN NOT NULL,
    metadata TEXT, channel VARCHAR(191), channel_id INT, non_action_path_taken BOOLEAN
);
CREATE TABLE emails (
    id INT PRIMARY KEY, is_published BOOLEAN, name VARCHAR(191) NOT NULL, description TEXT, subject VARCHAR(191),
    email_type VARCHAR(191), lang VARCHAR(191), variant_parent_id INT, read_count INT, sent_count INT
);
CREATE TABLE email_stats (
    id BIGINT PRIMARY KEY, email_id INT, lead_id BIGINT, list_id INT, ip_id BIGINT, copy_id VARCHAR(32),
    email_address VARCHAR(191) NOT NULL, date_sent TIMESTAMP NOT NULL, is_read BOOLEAN NOT NULL, is_failed BOOLEAN NOT NULL,
    viewed_in_browser BOOLEAN NOT NULL, date_read TIMESTAMP, tracking_hash VARCHAR(191), retry_count INT,
    source VARCHAR(191), source_id INT, tokens TEXT, open_count INT, last_opened TIMESTAMP, open_details TEXT
);
CREATE TABLE email_stats_devices (
    id BIGINT PRIMARY KEY, device_id BIGINT, stat_id BIGINT, ip_id BIGINT, date_opened TIMESTAMP NOT NULL
);
CREATE TABLE page_hits (
    id BIGINT PRIMARY KEY, page_id INT, redirect_id BIGINT, email_id INT, lead_id BIGINT, ip_id BIGINT, device_id BIGINT,
    date_hit TIMESTAMP NOT NULL, date_left TIMESTAMP, country VARCHAR(191), region VARCHAR(191), city VARCHAR(191),
    code INT NOT NULL, referer TEXT, url TEXT, url_title VARCHAR(191), user_agent TEXT, tracking_id VARCHAR(191) NOT NULL,
    source VARCHAR(191), source_id INT, query TEXT
);
CREATE TABLE lead_donotcontact (
    id BIGINT PRIMARY KEY, lead_id BIGINT, date_added TIMESTAMP NOT NULL, reason SMALLINT NOT NULL,
    channel VARCHAR(191) NOT NULL, channel_id INT, comments TEXT
);
