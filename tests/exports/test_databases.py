"""Self-hosted tools read from their own tables: a PostgreSQL server with their schemas, and any open connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import psycopg
import pymysql
import pytest

import results_widgets as rw
from tests.support import mariadb, postgres
from tests.support.exports.files import counts

SCHEMAS = Path(__file__).parent.parent / "support" / "exports" / "schemas"
ROWS = {
    "listmonk": """
        INSERT INTO subscribers (id, uuid, email, name) VALUES
            (1, gen_random_uuid(), 'anna@example.com', 'Anna'), (2, gen_random_uuid(), 'bob@example.com', 'Bob');
        INSERT INTO campaigns (id, uuid, name, subject, from_email, body, messenger, sent) VALUES
            (12, gen_random_uuid(), 'Spring', 'Hello', 'us@example.com', '', 'email', 2);
        INSERT INTO settings (key, value) VALUES ('app.site_name', '"Mailing list"');
        INSERT INTO links (id, uuid, url) VALUES (5, gen_random_uuid(), 'https://example.com/a');
        INSERT INTO campaign_views (campaign_id, subscriber_id, created_at) VALUES
            (12, 1, '2026-03-02 10:00+01'), (12, 2, '2026-03-02 11:00+01'), (12, NULL, '2026-03-02 12:00+01');
        INSERT INTO link_clicks (campaign_id, link_id, subscriber_id, created_at) VALUES
            (12, 5, 1, '2026-03-02 10:05+01');
        INSERT INTO bounces (subscriber_id, campaign_id, type, created_at) VALUES
            (2, 12, 'hard', '2026-03-02 09:00+01');
    """,
    "mautic": """
        INSERT INTO campaigns (id, name, canvas_settings) VALUES (3, 'Spring', '{}');
        INSERT INTO emails (id, name, subject, email_type) VALUES (1, 'Hello', 'Hello', 'template');
        INSERT INTO campaign_events
            (id, campaign_id, parent_id, name, type, event_type, event_order, properties, channel) VALUES
            (10, 3, NULL, 'Hello', 'email.send', 'action', 1, '', 'email'),
            (11, 3, 10, 'Opened?', 'email.open', 'decision', 2, '', 'email'),
            (12, 3, 11, 'Reminder', 'email.send', 'action', 3, '', 'email');
        INSERT INTO email_stats
            (id, email_id, lead_id, email_address, date_sent, is_read, is_failed, viewed_in_browser, date_read,
             source, source_id, open_count) VALUES
            (1, 1, 7, 'anna@example.com', '2026-03-02 09:00', true, false, false, '2026-03-02 10:00',
             'campaign.event', 10, 1),
            (2, 1, 8, 'bob@example.com', '2026-03-02 09:00', false, false, false, NULL, 'campaign.event', 10, 0),
            (3, 1, 7, 'anna@example.com', '2026-03-04 09:00', false, false, false, NULL, 'campaign.event', 12, 0);
        INSERT INTO page_hits (id, email_id, lead_id, date_hit, code, url, tracking_id, source, source_id) VALUES
            (1, 1, 7, '2026-03-02 10:05', 200, 'https://example.com', 't', 'email', 1);
    """,
    "dittofeed": """
        INSERT INTO internal_events
            (workspace_id, user_or_anonymous_id, user_id, anonymous_id, message_id, event, event_time, properties,
             journey_id, template_id, channel_type, origin_message_id) VALUES
            ('w', 'anna', 'anna', '', 'm1', 'DFInternalMessageSent', '2026-03-02 09:00', '{}', 'j1', 't1', 'Email', ''),
            ('w', 'anna', 'anna', '', 'm2', 'DFEmailOpened', '2026-03-02 10:00', '{}', '', '', '', 'm1'),
            ('w', 'bob', 'bob', '', 'm3', 'DFInternalMessageSent', '2026-03-02 09:00', '{}', 'j1', 't1', 'Email', '');
    """,
}
CAMPAIGNS = {"listmonk": "12", "mautic": "3", "dittofeed": "j1"}
EXPECTED: dict[str, dict[str, float | None]] = {
    "listmonk": {"sent": None, "opened": 2.0, "clicked": 1.0, "bounced": 1.0},
    "mautic": {"sent": 3.0, "opened": 1.0, "clicked": 1.0, "bounced": 0.0},
    "dittofeed": {"sent": 2.0, "opened": 1.0, "clicked": None, "bounced": 0.0},
}


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """A server whose databases hold the tools' tables; the URL up to the name of a database."""
    with postgres.server() as url:
        base = url.rpartition("/")[0]
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            for key in ROWS:
                connection.execute(f"CREATE DATABASE {key}")
        for key, rows in ROWS.items():
            with psycopg.connect(f"{base}/{key}") as connection:
                connection.execute((SCHEMAS / f"{key}.sql").read_bytes())
                connection.execute(rows.encode())
        yield base


@pytest.mark.parametrize("how", ["url and vendor", "url", "connection"])
@pytest.mark.parametrize("key", ROWS)
def test_tables_of_a_running_server(running: str, key: str, how: str) -> None:
    url = f"{running}/{key}"
    if how == "connection":
        with closing(psycopg.connect(url)) as connection:
            export = rw.read_export(connection)
            assert not connection.closed, "what was given stays open"
    else:
        export = rw.read_export(url, key if how == "url and vendor" else None)
    assert export.vendor == key
    wanted = EXPECTED[key]
    assert counts(export, CAMPAIGNS[key], *wanted) == wanted
    assert export.refused_rows == 0


def test_mautic_is_read_from_the_database_that_it_runs_on() -> None:
    """Mautic runs on MySQL or MariaDB; of what no driver knows, such as a bit for yes, nothing is lost."""
    schema = (SCHEMAS / "mautic.sql").read_text().replace("TIMESTAMP", "DATETIME")
    statements = ["CREATE DATABASE mautic", "USE mautic", *f"{schema};{ROWS['mautic']}".split(";")]
    with (
        mariadb.server() as port,
        closing(pymysql.connect(host="127.0.0.1", port=port)) as connection,
    ):
        with connection.cursor() as cursor:
            for statement in filter(str.strip, statements):
                cursor.execute(statement)
        connection.commit()
        export = rw.read_export(connection)
        assert export.vendor == "mautic"
        wanted = EXPECTED["mautic"]
        assert counts(export, CAMPAIGNS["mautic"], *wanted) == wanted
        assert export.refused_rows == 0
        campaign = export.campaign("Spring")
        assert {one.id: one.parent for one in campaign.actions} == {"10": None, "12": "10"}
        assert connection.open, "what was given stays open"


def test_names_links_flow_and_users_come_along(running: str) -> None:
    listmonk = rw.read_export(f"{running}/listmonk", "listmonk")
    assert listmonk.campaigns()["name"].to_list() == ["Spring"]
    assert listmonk.events("12")["link"].drop_nulls().to_list() == ["https://example.com/a"]
    assert listmonk.users().filter(user_id="1")["email"].item() == "anna@example.com"
    report = listmonk.report()
    assert report.filter(pl.col("event").is_null(), name="view")["rows"].sum() == 1, (
        "a view of nobody"
    )
    assert "settings" in report["file"].to_list(), "a table that nothing is needed of is named"
    mautic = rw.read_export(f"{running}/mautic").campaign("Spring")
    assert {one.id: one.parent for one in mautic.actions} == {"10": None, "12": "10"}
    assert not [path for path in mautic.guessed if path.endswith("parent")]


def test_server_that_does_not_answer_is_named_without_the_password(running: str) -> None:
    with pytest.raises(rw.EventsError) as raised:
        rw.read_export("postgresql://someone:secret@127.0.0.1:1/listmonk", "listmonk")
    assert "the database cannot be read" in str(raised.value)
    assert "secret" not in str(raised.value)
    with pytest.raises(rw.QueryError, match="none of these files is recognised"):
        rw.read_export(f"{running}/postgres")


def test_any_open_connection_is_read() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE campaign_views (id, campaign_id, subscriber_id, created_at)"
        )
        rows = [(n, 12, n % 7, f"2026-03-02 10:00:{n:02}") for n in range(50)]
        connection.executemany("INSERT INTO campaign_views VALUES (?, ?, ?, ?)", rows)
        export = rw.read_export(connection, "listmonk")
        assert counts(export, "12", "opened", "unique_opened") == {"opened": 50, "unique_opened": 7}
        connection.execute("SELECT 1")
