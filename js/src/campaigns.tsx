import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ErrorText } from "./features/audience/answer";
import { CampaignTable } from "./features/campaigns/CampaignTable";
import { channelsOf, placed, shownLines } from "./features/campaigns/lines";
import { Opened } from "./features/campaigns/Opened";
import { SharedTabs } from "./features/campaigns/SharedTabs";
import { MonthMenu, Tools } from "./features/campaigns/Tools";
import { useCampaigns, useChoice } from "./features/campaigns/useCampaigns";
import { plural } from "./ui/format";
import { widget } from "./ui/mount";
import { SegmentNotice, SegmentsProvider } from "./ui/Segments";
import { capitalised } from "./ui/text";
import { useSnapshot, useView } from "./ui/view";

function Campaigns(): JSX.Element {
  const { root } = useView();
  const { standalone } = useSnapshot();
  const { rows, months, scope, busy: computing } = useCampaigns();
  const chosen = useChoice();
  const { choice, choose } = chosen;
  const lines = placed(rows);
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
    return <Opened key={open.place} line={open} onBack={() => choose({ campaign: null })} />;
  const busy = computing || chosen.busy;
  const tools = { choice, choose, channels: channelsOf(lines), months };
  return (
    <SegmentsProvider>
      <header class="rw-campaigns-head">
        <h2>Campaigns</h2>
        <span class="rw-muted" role="status" data-testid="campaigns-shown">
          {shown.length === lines.length
            ? plural(lines.length, "campaign")
            : `${shown.length} of ${lines.length}`}
          {busy && ", computing …"}
        </span>
        <span class="rw-spring" />
        <MonthMenu {...tools} />
      </header>
      <Tools {...tools} />
      {chosen.failure && <ErrorText failure={chosen.failure} />}
      <CampaignTable
        lines={shown}
        choice={choice}
        choose={choose}
        busy={busy}
        onOpen={(line) => choose({ campaign: line.name })}
      />
      <p class="rw-caption" dir="auto">
        {capitalised(scope)}. Lift: users who converted, messaged against held back, 95 % intervals.
        Trend: the converted rate by the week, or the day, of entry; dashed where windows are open.
      </p>
      <SegmentNotice code="campaigns.segment.users" />
      {!standalone && lines.length > 1 && !computing && (
        <SharedTabs choice={choice} choose={choose} />
      )}
    </SegmentsProvider>
  );
}

export default widget("rw-campaigns", Campaigns);
