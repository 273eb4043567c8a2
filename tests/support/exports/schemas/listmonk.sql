-- Listmonk's tables of version 5, as its own schema has them, as far as campaigns need them.
CREATE TYPE list_type AS ENUM ('public', 'private', 'temporary');
CREATE TYPE list_optin AS ENUM ('single', 'double');
CREATE TYPE subscriber_status AS ENUM ('enabled', 'disabled', 'blocklisted');
CREATE TYPE subscription_status AS ENUM ('unconfirmed', 'confirmed', 'unsubscribed');
CREATE TYPE campaign_status AS ENUM ('draft', 'running', 'scheduled', 'paused', 'cancelled', 'finished');
CREATE TYPE campaign_type AS ENUM ('regular', 'optin');
CREATE TYPE content_type AS ENUM ('richtext', 'html', 'plain', 'markdown', 'visual');
CREATE TYPE bounce_type AS ENUM ('soft', 'hard', 'complaint');
CREATE TABLE subscribers (
    id SERIAL PRIMARY KEY, uuid uuid NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    attribs JSONB NOT NULL DEFAULT '{}', status subscriber_status NOT NULL DEFAULT 'enabled',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(), updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE lists (
    id SERIAL PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name TEXT NOT NULL, type list_type NOT NULL,
    optin list_optin NOT NULL DEFAULT 'single', tags VARCHAR(100)[], description TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(), updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE subscriber_lists (
    subscriber_id INTEGER REFERENCES subscribers(id), list_id INTEGER REFERENCES lists(id),
    meta JSONB NOT NULL DEFAULT '{}', status subscription_status NOT NULL DEFAULT 'unconfirmed',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(), updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    PRIMARY KEY (subscriber_id, list_id)
);
CREATE TABLE campaigns (
    id SERIAL PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name TEXT NOT NULL, subject TEXT NOT NULL,
    from_email TEXT NOT NULL, body TEXT NOT NULL, body_source TEXT NULL, altbody TEXT NULL,
    content_type content_type NOT NULL DEFAULT 'richtext', send_at TIMESTAMP WITH TIME ZONE,
    headers JSONB NOT NULL DEFAULT '[]', status campaign_status NOT NULL DEFAULT 'draft', tags VARCHAR(100)[],
    type campaign_type DEFAULT 'regular', messenger TEXT NOT NULL, template_id INTEGER,
    to_send INT NOT NULL DEFAULT 0, sent INT NOT NULL DEFAULT 0, max_subscriber_id INT NOT NULL DEFAULT 0,
    last_subscriber_id INT NOT NULL DEFAULT 0, archive BOOLEAN NOT NULL DEFAULT false,
    started_at TIMESTAMP WITH TIME ZONE, created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE campaign_lists (
    id BIGSERIAL PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns(id), list_id INTEGER NULL,
    list_name TEXT NOT NULL DEFAULT ''
);
CREATE TABLE campaign_views (
    id BIGSERIAL PRIMARY KEY, campaign_id INTEGER NOT NULL REFERENCES campaigns(id),
    subscriber_id INTEGER NULL REFERENCES subscribers(id), created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE links (
    id SERIAL PRIMARY KEY, uuid uuid NOT NULL UNIQUE, url TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE link_clicks (
    id BIGSERIAL PRIMARY KEY, campaign_id INTEGER NULL REFERENCES campaigns(id),
    link_id INTEGER NOT NULL REFERENCES links(id), subscriber_id INTEGER NULL REFERENCES subscribers(id),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE bounces (
    id SERIAL PRIMARY KEY, subscriber_id INTEGER NOT NULL REFERENCES subscribers(id),
    campaign_id INTEGER NULL REFERENCES campaigns(id), type bounce_type NOT NULL DEFAULT 'hard',
    source TEXT NOT NULL DEFAULT '', meta JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);
CREATE TABLE settings (key TEXT NOT NULL UNIQUE, value JSONB NOT NULL DEFAULT '{}', updated_at TIMESTAMP WITH TIME ZONE);
