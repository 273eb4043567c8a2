// Notices above the numbers: errors, an empty campaign, a silent kernel, the view without developers.

import type { JSX } from "preact";
import { exactValue, markEstimate, signed } from "./format";
import { entryOf } from "./glossary";
import { Mark } from "./icons";
import { clock } from "./time";
import { useSnapshot, useView } from "./view";

/** A thin line at the top while numbers are on their way; the frame stays where it is. */
export function Progress(): JSX.Element {
  const { status, waiting } = useSnapshot();
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

function emptyWords(startedAt: number | null, now: number, zone: string): string {
  if (startedAt === null) return "No one has entered yet. The campaign has no start date.";
  if (startedAt > now)
    return `No one has entered yet. First action planned for ${clock(startedAt, 0, zone)}.`;
  return `No one has entered yet. The campaign started ${clock(startedAt, 0, zone)}.`;
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
        <b>Analytics view:</b> {exactValue(some, entry)} users without developers,{" "}
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

export function Banners(): JSX.Element {
  const { status, campaign, silent } = useSnapshot();
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
      {status.note && !status.error && (
        <div class="rw-notice" role="status" data-testid="note">
          <div>{status.note}</div>
        </div>
      )}
      {status.state === "empty" && !status.error && (
        <div class="rw-notice" role="status" data-testid="empty">
          <div>{emptyWords(campaign.started_at, status.read_ms || Date.now(), status.zone)}</div>
        </div>
      )}
      {silent && (
        <div class="rw-notice" role="status" data-testid="no-kernel">
          <Mark name="warn" />
          <div>
            <b>The kernel does not respond.</b> The numbers are those computed last. Cards, switches
            and tables still work; run the notebook again to change dates or zones, or to see users.
          </div>
        </div>
      )}
      <Analytics />
    </>
  );
}
