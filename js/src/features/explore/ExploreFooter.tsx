// Below the chart: its caption, and buttons to copy or save it and to show its users.
import type { JSX } from "preact";
import { CopyButton } from "../../ui/Controls";
import { channelOf, entryOf } from "../../ui/glossary";
import { UsersButton } from "../../ui/Segments";
import { useSnapshot } from "../../ui/view";
import type { GlossaryEntry } from "../../wire/glossary";
import type { Snapshot } from "../../wire/store";
import type { Chart } from "./charts";
import type { Noted } from "./notes";
import { PictureNotice, SaveButtons, usePicture } from "./SaveButtons";
import { ownerOf, useEntry } from "./shown";
import { csv } from "./table";

interface Props {
  table: boolean;
  setTable: (on: boolean) => void;
  drawn: { current: Chart | null };
  noted: Noted[];
}

/** The caption: intervals and zone, what the marks mean, and how near estimates are. */
function caption({ chart }: Snapshot, { approximate }: GlossaryEntry): string {
  const plain = chart.caption || (chart.zone_label && `Times in ${chart.zone_label}`);
  return [plain, approximate && `≈: ${approximate.within}`].filter(Boolean).join(" · ");
}

/** The users behind the number that is drawn; those of its numerator behind a ratio, those who converted behind a time. */
function UsersBehind(): JSX.Element | null {
  const snapshot = useSnapshot();
  const { metric, action, channel } = snapshot.selection;
  const scope = ownerOf(snapshot.selection);
  const entry = entryOf(snapshot, metric, channelOf(snapshot, ...scope));
  const behind = entry.unit === "seconds" ? "conversions" : (entry.numerator ?? metric);
  // What a rate in a range is made of has no row of its own.
  if (!snapshot.metrics.has(...scope, behind) && !(behind in snapshot.glossary)) return null;
  const title =
    behind === metric
      ? undefined
      : `The users of “${entryOf(snapshot, behind, channelOf(snapshot, ...scope)).label}”`;
  return (
    <UsersButton
      class="rw-button rw-quiet"
      question={{ of: "metric", metric: behind, action, channel }}
      title={title}
      testid="users-behind"
    >
      Show these users
    </UsersButton>
  );
}

export function ExploreFooter({ table, setTable, drawn, noted }: Props): JSX.Element {
  const snapshot = useSnapshot();
  const { chart, series, selection, options, status } = snapshot;
  const [picture, setPicture] = usePicture();
  const entry = useEntry();
  const data = {
    rows: series,
    entry,
    label: entry.label,
    by: selection.by,
    compare: selection.compare,
    campaign: options.compare,
    noted,
  };
  const words = { title: chart.title, caption: caption(snapshot, entry), noted };
  return (
    <div class="rw-explore-foot">
      <p class="rw-caption" data-testid="explore-caption">
        {words.caption}
      </p>
      <div class="rw-explore-tools">
        <button
          type="button"
          class="rw-button rw-quiet"
          aria-expanded={table}
          onClick={() => setTable(!table)}
        >
          {table ? "Hide table" : "Show table"}
        </button>
        <CopyButton label="Copy as CSV" text={() => csv(data)}>
          CSV
        </CopyButton>
        <SaveButtons drawn={drawn} words={words} onPicture={setPicture} />
        <UsersBehind />
        {status.code && (
          <CopyButton label={`Copy Python: ${status.code}`} text={() => status.code}>
            Python
          </CopyButton>
        )}
      </div>
      {picture && (
        <PictureNotice picture={picture} title={chart.title} onClose={() => setPicture(null)} />
      )}
    </div>
  );
}
