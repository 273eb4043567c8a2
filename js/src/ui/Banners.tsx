// Notices above the numbers: errors, an empty campaign, a kernel that is busy or lost, the view without developers.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LeftOut } from "../wire/status";
import type { Link, Snapshot } from "../wire/store";
import { CloseButton } from "./Controls";
import { exactValue, markEstimate, signed, wordOf } from "./format";
import { entryOf } from "./glossary";
import { Mark } from "./icons";
import { clock } from "./time";
import { useSnapshot, useView } from "./view";

/** A thin line at the top while numbers are on their way; the frame stays where it is. */
export function Progress(): JSX.Element {
  const { status, waiting } = useSnapshot(true);
  const busy = status.state === "computing" || waiting;
  return (
    <div
      class="rw-progress"
      role="progressbar"
      aria-label="Computing"
      aria-hidden={!busy}
      data-busy={busy}
    />
  );
}

/** When the first of the actions is sent that follow no other; null where the campaign has no start. */
function firstPlanned({ started_at, actions }: Snapshot["campaign"]): number | null {
  const delays = actions.filter(({ parent }) => parent === null).map(({ delay_ms }) => delay_ms);
  return started_at === null ? null : started_at + Math.min(...(delays.length ? delays : [0]));
}

/** When the first users are expected; for a campaign that is not a draft, only if that is in the future. */
function planWords({ status, campaign }: Snapshot): string {
  const first = firstPlanned(campaign);
  const planned = first === null ? "" : clock(first, 0, status.zone);
  if (first !== null && first > (status.read_ms || Date.now()))
    return `First action planned for ${planned}.`;
  if (campaign.status !== "draft") return "";
  return `The campaign is a draft${planned && `; its first action was planned for ${planned}`}.`;
}

/** Why there are no numbers, and when there will be some. */
export function emptyWords(snapshot: Snapshot): string {
  const { status, campaign } = snapshot;
  const plan = planWords(snapshot);
  if (plan) return `No one has entered yet. ${plan}`;
  if (status.left_out)
    return `No one has entered. ${status.left_out.title} ${status.left_out.text}`;
  if (status.why_empty) return `No one has entered. ${status.why_empty}`;
  if (campaign.started_at === null)
    return "No one has entered yet. The campaign has no start date.";
  return `No one has entered yet. The campaign started ${clock(campaign.started_at, 0, status.zone)}.`;
}

/** Rows that are left out. The notice can be dismissed, and comes back when it has something new to say. */
export function LeftOutNotice({ found }: { found: LeftOut }): JSX.Element | null {
  const [seen, setSeen] = useState("");
  if (seen === found.text) return null;
  return (
    <div class="rw-notice rw-notice-bad rw-left-out" role="alert" data-testid="left-out">
      <Mark name="warn" />
      <div>
        <b>{found.title}</b> {found.text}
        <div class="rw-muted">
          <code>results.quality()</code> lists every reason.
        </div>
      </div>
      <CloseButton label="Dismiss this warning" onClose={() => setSeen(found.text)} />
    </div>
  );
}

function Analytics(): JSX.Element | null {
  const snapshot = useSnapshot();
  const { status, selection } = snapshot;
  const { store } = useView();
  if (selection.developers) return null;
  const entry = entryOf(snapshot, "unique_users");
  const [all, some] = [status.users_with_developers, status.users_without_developers];
  return (
    <div class="rw-notice" role="status" data-testid="analytics-notice">
      <div>
        <b>Analytics view:</b> {exactValue(some, entry)} {wordOf(some, "user")} without developers,{" "}
        {exactValue(all, entry)} with
        {all !== null &&
          some !== null &&
          ` (${markEstimate(signed(some - all), some - all, entry.approximate)})`}
        .
        <div class="rw-muted">
          Profiles marked as developers, and all their events, are left out of every number.
        </div>
      </div>
      <button type="button" class="rw-button" onClick={() => store.select({ developers: true })}>
        Back to results
      </button>
    </div>
  );
}

function KernelNotice({ link }: { link: Link }): JSX.Element | null {
  if (link === "ok") return null;
  const words = {
    busy: ["The kernel is busy.", "This will be answered when it is free."],
    late: [
      "The kernel has not answered yet.",
      "If it is busy, this will be answered when it is free.",
    ],
    lost: [
      "The kernel was restarted or has ended.",
      "The numbers are those computed last. Cards, switches and tables still work; run the notebook again to change dates or zones, or to see users.",
    ],
  }[link];
  return (
    <div
      class="rw-notice"
      role="status"
      data-testid={link === "lost" ? "no-kernel" : "busy-kernel"}
    >
      {link === "lost" && <Mark name="warn" />}
      <div>
        <b>{words[0]}</b> {words[1]}
      </div>
    </div>
  );
}

export function Banners(): JSX.Element {
  const snapshot = useSnapshot();
  const { status, link } = snapshot;
  // What was left out has a notice of its own.
  const empty = status.left_out ? planWords(snapshot) : emptyWords(snapshot);
  return (
    <>
      {status.error && (
        <div class="rw-notice rw-notice-bad" role="alert" data-testid="error">
          <Mark name="warn" />
          <div>
            <b>{status.error.message}</b>
            {status.error.hint && <div>{status.error.hint}</div>}
          </div>
        </div>
      )}
      {status.left_out && <LeftOutNotice found={status.left_out} />}
      {status.note && !status.error && (
        <div class="rw-notice" role="status" data-testid="note">
          <div>{status.note}</div>
        </div>
      )}
      {status.state === "empty" && !status.error && empty && (
        <div class="rw-notice" role="status" data-testid="empty">
          <div>{empty}</div>
        </div>
      )}
      <KernelNotice link={link} />
      <Analytics />
    </>
  );
}
