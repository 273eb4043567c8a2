import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CampaignTable } from "./features/campaigns/CampaignTable";
import { headsOf } from "./features/campaigns/columns";
import { credited, type Placed, placed, shownLines } from "./features/campaigns/lines";
import { Multiples } from "./features/campaigns/Multiples";
import { Opened } from "./features/campaigns/Opened";
import { SharedTabs } from "./features/campaigns/SharedTabs";
import { Strip } from "./features/campaigns/Strip";
import { CampaignSettings, findByKey, MonthMenu, Tools } from "./features/campaigns/Tools";
import { useCampaigns, useChoice, useParts, useShared } from "./features/campaigns/useCampaigns";
import { ErrorText } from "./ui/Failure";
import { plural } from "./ui/format";
import { widget } from "./ui/mount";
import { SegmentNotice, SegmentsProvider } from "./ui/Segments";
import { capitalised } from "./ui/text";
import { ago, clock } from "./ui/time";
import { useSnapshot, useView } from "./ui/view";
import type { CampaignPart } from "./wire/campaigns";
import { noTables } from "./wire/frames";

function Campaigns(): JSX.Element {
  const { root } = useView();
  const { standalone } = useSnapshot();
  const { rows, together, months, metrics, scope, ...more } = useCampaigns();
  const { busy: computing, newest_ms: newest, settings } = more;
  const now = Date.now();
  const chosen = useChoice();
  const { choice, choose } = chosen;
  const shared = useShared();
  const credit = choice.credit === "each" ? undefined : shared.credit?.[choice.credit];
  const lines = credited(placed(rows), credit);
  const several = lines.length > 1 && !computing;
  const failures = useParts(choice, !computing, several);
  const shown = shownLines(lines, choice);
  const open = lines.find((one) => one.name === choice.campaign && !one.href);
  // Back from a dashboard the focus returns to the row that it came from.
  const left = useRef<number | null>(null);
  useEffect(() => {
    if (open) left.current = open.place;
    else if (left.current !== null) {
      root.querySelector<HTMLElement>(`[data-row="${left.current}"]`)?.focus();
      left.current = null;
    }
  }, [open?.place]);
  if (open && !standalone)
    return (
      <Opened
        key={`${open.place} ${choice.part}`}
        line={open}
        part={choice.part}
        onBack={() => choose({ campaign: null })}
      />
    );
  const busy = computing || chosen.busy;
  const heads = headsOf(metrics);
  const tools = { choice, choose, lines, months, metrics, heads };
  const trends = shared.trends?.[choice.metric];
  // A saved page has the lines that it was written with.
  const asLines = choice.show === "multiples" && (!standalone || trends !== undefined);
  const inTable = (column: string): boolean => !asLines && choice.columns.includes(column);
  const show = (line: Placed, part: CampaignPart = "results"): void =>
    choose({ campaign: line.name, part });
  return (
    <SegmentsProvider>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a key is a second way to the field. */}
      <div class="rw-campaigns" onKeyDown={findByKey}>
        <header class="rw-campaigns-head">
          <h2>Campaigns</h2>
          <span class="rw-muted" role="status" data-testid="campaigns-shown">
            {shown.length === lines.length
              ? plural(lines.length, "campaign")
              : `${shown.length} of ${lines.length}`}
            {busy && ", computing …"}
          </span>
          <span class="rw-spring" />
          {newest !== null && (
            <span class="rw-muted" data-testid="campaigns-fresh">
              Data as of {clock(newest, now, settings?.zone ?? "UTC")}, {ago(newest, now)}
            </span>
          )}
          <MonthMenu {...tools} />
          <CampaignSettings {...tools} settings={settings} />
        </header>
        {several && (
          <Strip together={together} choice={choice} choose={choose} failures={failures} />
        )}
        <Tools {...tools} />
        {chosen.failure && <ErrorText failure={chosen.failure} />}
        {asLines ? (
          <Multiples
            lines={shown}
            metric={choice.metric}
            label={metrics.find((one) => one.key === choice.metric)?.label ?? ""}
            trends={trends}
            failure={failures.trends}
            onOpen={show}
          />
        ) : (
          <CampaignTable
            lines={shown}
            choice={choice}
            choose={choose}
            heads={heads}
            busy={busy}
            credited={credit !== undefined}
            onOpen={show}
          />
        )}
      </div>
      <p class="rw-caption" dir="auto">
        {capitalised(scope)}.
        {inTable("lift") &&
          " Lift: users who converted, messaged against held back, 95 % intervals."}
        {inTable("trend") &&
          " Trend: the converted rate by the week, or the day, of entry; dashed where windows are open."}
      </p>
      <SegmentNotice code="campaigns.segment.users" />
      {!standalone && several && <SharedTabs choice={choice} choose={choose} failures={failures} />}
    </SegmentsProvider>
  );
}

export default widget("rw-campaigns", Campaigns, noTables);
