"""The command ``results-widgets read``: what a vendor exported, and a campaign of it as a folder of our own."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from results_widgets.cli.terminal import print_table, say
from results_widgets.exports.frames import of_several_users
from results_widgets.exports.report import shared_names
from results_widgets.locales import ENGLISH
from results_widgets.portfolio.export import Export
from results_widgets.portfolio.export_campaign import Asked
from results_widgets.portfolio.export_folder import write_folders
from results_widgets.portfolio.read_export import read_export

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser("read", help="read a vendor's export, and write a campaign of it")
    add = parser.add_argument
    add("path", nargs="+", help="the export: a folder, files or globs")
    add_export_options(parser)
    add("--campaign", help="id or name of the campaign to write (default: each)")
    add("--goal", action="append", help="goal event, as the export writes it; may be repeated")
    add("--window", help="attribution window, such as 7d")
    add(
        "--goal-events",
        help="goal events from another source: a table of user_id, timestamp, event, value",
    )
    add("--parents", help="the flow: a table of action_id and parent_id (empty: a root)")
    add("-o", "--output", type=Path, help="folder to write; without it, what was read is listed")
    parser.set_defaults(run=_run)


def add_export_options(parser: argparse.ArgumentParser, *, with_zone: bool = True) -> None:
    """Add the options that say how an export is read."""
    add = parser.add_argument
    add(
        "--vendor",
        help="key of the vendor, see the command vendors (default: recognised by the files)",
    )
    add(
        "--mapping",
        type=Path,
        help="file of JSON or YAML that says which field of the export is what",
    )
    add("--rejects", type=Path, help="file to write refused rows to, as JSON lines")
    if with_zone:
        add("--naive-time-zone", help="time zone of timestamps that name none")


def open_export(options: argparse.Namespace, source: object) -> Export:
    """Return the export that the command line names."""
    return read_export(
        source,
        options.vendor,
        mapping=options.mapping,
        naive_time_zone=options.naive_time_zone,
        rejects=options.rejects,
    )


def _run(options: argparse.Namespace) -> int:
    """List what was read, or write it; return 1 if rows were refused."""
    source = options.path[0] if len(options.path) == 1 else options.path
    export = open_export(options, source)
    if options.output is None:
        print_export(export)
    else:
        _write(export, options)
    return 1 if export.refused_rows else 0


def _write(export: Export, options: argparse.Namespace) -> None:
    goal: Any = options.goal
    named = {"goal": goal, "window": options.window}
    named |= {"goal_events": options.goal_events, "parents": options.parents}
    found = export.campaigns()
    ids = found["campaign_id"].to_list()
    if options.campaign is not None or len(ids) <= 1:
        folder = export.save(options.output, options.campaign, **named)
        say(f"{folder}: rw.load({str(folder)!r}) opens it")
        return
    shared = {*of_several_users(found)["campaign_id"]}
    folders = {id_: options.output / name for id_, name in _folders(ids).items()}
    asked = Asked(None, **named)
    for id_, folder in write_folders(export._reading, folders, asked, export.users(), export._zone):
        if id_ in shared:
            say(f"{folder}: campaign {id_}")
    if folded := len(ids) - len(shared):
        say(f"{options.output}: and {_others(folded)}, each of one user")


def _folders(ids: list[str]) -> dict[str, str]:
    """Return a folder's name for each campaign; ids may hold what names of files may not."""
    found: dict[str, str] = {}
    for id_ in ids:
        plain = "".join(one if one.isalnum() or one in "-_." else "-" for one in id_).strip(".")
        name = plain[:80] or "campaign"
        number = 2
        # Some systems take names that differ in case alone for the same.
        while name.casefold() in map(str.casefold, found.values()):
            name, number = f"{plain[:80]}-{number}", number + 1
        found[id_] = name
    return found


def print_export(export: Export) -> None:
    """Print an export's campaigns, and what each name became."""
    say(f"{export.vendor}: {export.why} ({ENGLISH.whole_rate(export.confidence)} sure)")
    campaigns = export.campaigns()
    rows = [
        (
            row["campaign_id"],
            row["name"] or "",
            ", ".join(row["channels"]),
            f"{row['first']:%Y-%m-%d}" if row["first"] else "",
            f"{row['last']:%Y-%m-%d}" if row["last"] else "",
            "n/a" if row["received"] is None else f"{row['received']:,}",
            f"{row['users']:,}",
        )
        for row in of_several_users(campaigns).iter_rows(named=True)
    ]
    if folded := campaigns.height - len(rows):
        note = "each with a single user; Export.campaigns() lists them"
        rows.append((_others(folded), note, "", "", "", "", ""))
    header = ("campaign", "name", "channels", "first", "last", "received", "people")
    print_table("Campaigns", header, rows or [("none", "", "", "", "", "", "")])
    report = export.report()
    names = report.filter(pl.col("name").is_not_null())
    print_table(
        "What each name became",
        ("name", "channel", "event", "rows", "note"),
        _without_single_users(names, export),
    )
    others = report.filter(pl.col("name").is_null())
    places = [
        (_place(row["file"], row["line"]), f"{row['rows']:,}", row["note"])
        for row in others.iter_rows(named=True)
    ]
    if places:
        print_table("Notes, and what was not read", ("where", "rows", "note"), places)


def _without_single_users(report: pl.DataFrame, export: Export) -> list[tuple[str, ...]]:
    """Return the rows of names; those that no mapping knows and one user has may say who it is."""
    shared = shared_names(export._reading)
    lines: list[tuple[str, ...]] = []
    folded: list[int] = []
    for row in report.iter_rows(named=True):
        name, rows, note = row["name"], row["rows"], row["note"]
        if name in shared:
            event = row["event"] or "left over"
            lines.append((name, row["channel"] or "", event, f"{rows:,}", note))
        else:
            folded.append(rows)
    if folded:
        note = "each with a single user; Export.report() lists them"
        lines.append((_others(len(folded)), "", "", f"{sum(folded):,}", note))
    return lines


def _others(count: int) -> str:
    return "1 other" if count == 1 else f"{count:,} others"


def _place(file: str | None, line: int | None) -> str:
    return f"{file or ''}{f', line {line}' if line else ''}"
