"""Traps of REES46's data: wide rows, ids that two kinds of campaigns share, first times only, no zone."""

from pathlib import Path

import polars as pl

import results_widgets as rw

HEAD = (
    "id,message_id,campaign_id,message_type,client_id,channel,platform,date,sent_at,is_opened,"
    "opened_first_time_at,opened_last_time_at,is_clicked,clicked_first_time_at,clicked_last_time_at,"
    "is_hard_bounced,hard_bounced_at,is_purchased,purchased_at\n"
)
FIRST, LAST = "2021-05-01 08:00:00", "2021-05-03 09:00:00"


def message(id_: int, kind: str, client: str, channel: str = "email", opened: str = "t") -> str:
    return (
        f"{id_},m{id_},63,{kind},{client},{channel},,2021-05-01,2021-05-01 07:00:00,{opened},"
        f"{FIRST},{LAST},f,,,f,,f,\n"
    )


def write(folder: Path, *rows: str) -> rw.Export:
    (folder / "messages.csv").write_text(HEAD + "".join(rows))
    (folder / "campaigns.csv").write_text(
        "id,campaign_type,channel,topic,total_count\n63,bulk,email,sale out,2\n63,trigger,email,cart,1\n"
    )
    (folder / "holidays.csv").write_text("date,holiday\n2021-05-01,Labour Day\n")
    (folder / "client_first_purchase_date.csv").write_text(
        "client_id,first_purchase_date\n1515915625489095763,2021-04-01\n"
    )
    return rw.read_export(folder)


def test_a_campaign_is_its_type_and_its_number(tmp_path: Path) -> None:
    export = write(
        tmp_path,
        message(1, "bulk", "1515915625489095763"),
        message(2, "trigger", "1515915625489095763"),
    )
    found = export.campaigns().sort("campaign_id").select("campaign_id", "name", "kind", "users")
    assert found.rows() == [
        ("bulk/63", "bulk/63: sale out", "bulk", 1),
        ("trigger/63", "trigger/63: cart", "trigger", 1),
    ]
    users = export.users()
    assert users["user_id"].to_list() == ["1515915625489095763"]
    assert users["first_purchase_date"].to_list() == ["2021-04-01"]


def test_only_first_times_survive_so_totals_are_not_available(tmp_path: Path) -> None:
    bought = message(2, "bulk", "2", opened="f").replace("f,\n", "t,2021-05-02 10:00:00\n")
    export = write(tmp_path, message(1, "bulk", "1"), bought)
    events = export.events("bulk/63")
    assert events["event"].to_list() == ["sent", "sent", "opened", "converted"]
    assert events["timestamp"].dtype == pl.Datetime("us")
    assert str(events["timestamp"][2]) == FIRST
    results = export.results("bulk/63", goal="purchased", naive_time_zone="Europe/Moscow")
    numbers = dict(results.channels().select("metric", "value").iter_rows())
    assert numbers["sent"] == 2
    assert numbers["unique_opened"] == 1
    assert numbers["opened"] is None
    assert numbers["open_rate"] is None
    assert numbers["unique_open_rate"] == 0.5
    assert numbers["delivered"] is None
    again = rw.Campaign.from_json(export.campaign("bulk/63").to_dict())
    assert again.channels["email"].first_only == ("clicked", "opened")


def test_push_counts_clicks_as_opens_and_messages_without_a_campaign_are_listed(
    tmp_path: Path,
) -> None:
    row = message(1, "bulk", "1", "mobile_push").replace(",63,", ",,", 1)
    export = write(tmp_path, row, message(2, "bulk", "2", "mobile_push"))
    report = export.report().filter(pl.col("rows") > 0)
    assert set(report.select("name", "event", "note").iter_rows()) == {
        ("push opened", "opened", ""),
        ("push sent", "sent", ""),
        ("push opened", None, "names no campaign; left over"),
        ("push sent", None, "names no campaign; left over"),
    }


def test_a_frame_is_unpivoted_as_files_are(tmp_path: Path) -> None:
    write(tmp_path, message(1, "bulk", "1"))
    frame = pl.read_csv(tmp_path / "messages.csv")
    assert rw.read_export(frame).events("bulk/63")["event"].to_list() == ["sent", "opened"]
