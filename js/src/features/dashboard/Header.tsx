import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { RangeMenu } from "../../ui/RangeMenu";
import { needsKernel } from "../../ui/Segments";
import { useStuck } from "../../ui/sticking";
import { ago, clock } from "../../ui/time";
import { useSnapshot, useView } from "../../ui/view";
import { Settings } from "./Settings";
import { ViewsMenu } from "./ViewsMenu";

const statuses: Record<string, string> = {
  draft: "Draft",
  running: "Running",
  paused: "Paused",
  finished: "Finished",
};

/** The current time, renewed twice a minute. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** "No new events for 7 months"; other languages say how long ago the last was. */
const silence = (last: string): string =>
  last.endsWith(" ago")
    ? `No new events for ${last.slice(0, -" ago".length)}`
    : `No new events, the last ${last}`;

export function Freshness(): JSX.Element {
  const { campaign, selection, status, standalone } = useSnapshot();
  const live = useNow();
  const { width } = useView();
  if (status.state === "computing") return <span class="rw-fresh">Loading …</span>;
  if (status.newest_ms === null)
    return (
      <span class="rw-fresh">
        <i class="rw-dot rw-dot-old" />
        No data yet
      </span>
    );
  const now = standalone ? status.read_ms : live;
  // Data that was fresh when it was read grows old on an open page.
  const aged = status.stale === "good" && now - status.newest_ms > 600_000 ? "warn" : status.stale;
  // Only what runs can be behind; what has not begun, has ended or was paused is merely old.
  const runs = campaign.status === "running" && (campaign.started_at ?? 0) <= now;
  const stale = aged === "good" ? aged : runs ? "warn" : "old";
  const silent = runs && now - status.newest_ms > 86_400_000;
  const words = { good: "up to date", warn: "behind", old: "old" }[stale];
  const read = status.read_ms ? `, read ${clock(status.read_ms, now, status.zone)}` : "";
  const version = status.version ? `, ${status.version}` : "";
  return (
    <span
      class="rw-fresh"
      data-tip={`Newest event ${clock(status.newest_ms, 0, status.zone)} (${status.zone_label})${read}${version}`}
      data-stale={stale}
    >
      <i class={`rw-dot rw-dot-${stale}`} aria-hidden="true" />
      <span class="rw-offscreen">Data is {words}. </span>
      {silent && width !== "small" ? (
        silence(ago(status.newest_ms, now))
      ) : (
        <span>
          <span class="rw-fresh-words">Data as of </span>
          <span class="rw-fresh-at">{clock(status.newest_ms, now, status.zone)}, </span>
          {ago(status.newest_ms, now)}
        </span>
      )}
      {version && <span class="rw-fresh-words">{version}</span>}
      {selection.clock === "entry" && ", counted by day of entry"}
    </span>
  );
}

export function Header(): JSX.Element {
  const { campaign, fixed } = useSnapshot();
  const box = useRef<HTMLElement>(null);
  useStuck(box);
  return (
    <header class="rw-header" ref={box}>
      <div class="rw-title">
        <h2 dir="auto" data-testid="campaign-name">
          {campaign.name || campaign.id || "Campaign"}
        </h2>
        {campaign.status && (
          <span
            dir="auto"
            class={`rw-pill rw-pill-${Object.hasOwn(statuses, campaign.status) ? campaign.status : "other"}`}
          >
            {Object.hasOwn(statuses, campaign.status) ? statuses[campaign.status] : campaign.status}
          </span>
        )}
      </div>
      <div class="rw-header-tools" data-tip={fixed ? needsKernel : undefined}>
        <Freshness />
        <RangeMenu locked={fixed} />
        <ViewsMenu />
        <Settings />
      </div>
    </header>
  );
}
