// Below the chart: its caption, and buttons to copy or save it and to show its users.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CopyButton, Quiet, quiet } from "../../ui/Controls";
import { channelOf, entryOf } from "../../ui/glossary";
import { UsersButton } from "../../ui/Segments";
import { useSnapshot } from "../../ui/view";
import type { Said } from "./ChartBox";
import type { Chart } from "./charts";
import type { Noted } from "./notes";
import { type Picture, PictureNotice, SaveButtons } from "./SaveButtons";
import { captionOf, ownerOf, useEntry } from "./shown";
import { csv } from "./table";

interface Props {
  table: boolean;
  setTable: (on: boolean) => void;
  drawn: { current: Chart | null };
  /** What is said of the line that is seen; null where none is drawn. */
  said: Said | null;
  noted: Noted[];
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
      class={quiet}
      question={{ of: "metric", metric: behind, action, channel }}
      title={title}
      testid="users-behind"
    >
      Show these users
    </UsersButton>
  );
}

export function ExploreFooter({ table, setTable, drawn, said, noted }: Props): JSX.Element {
  const snapshot = useSnapshot();
  const { chart, series, options, status } = snapshot;
  const [picture, setPicture] = useState<Picture | null>(null);
  const entry = useEntry();
  const data = {
    rows: series,
    entry,
    label: entry.label,
    by: chart.key.by,
    compare: chart.key.compare,
    campaign: options.compare,
    noted,
  };
  const { title, caption } = said ?? { title: chart.title, caption: captionOf(chart, entry) };
  const words = { title, caption, noted };
  return (
    <div class="rw-explore-foot">
      <p class="rw-caption" data-testid="explore-caption">
        {caption}
      </p>
      <div class="rw-explore-tools">
        <Quiet aria-expanded={table} onClick={() => setTable(!table)}>
          {table ? "Hide table" : "Show table"}
        </Quiet>
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
        <PictureNotice picture={picture} title={title} onClose={() => setPicture(null)} />
      )}
    </div>
  );
}
