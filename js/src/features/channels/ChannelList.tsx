// All channels: as blocks of their main numbers, or as one table of every number that can be sorted.

import type { JSX } from "preact";
import { Toggle } from "../../ui/Controls";
import { shortValue } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { Fold, useKept } from "../../ui/kept";
import { Group } from "../../ui/regions";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import { ChannelBlock } from "./ChannelBlock";
import { ChannelLines } from "./ChannelLines";
import { ChannelTable } from "./ChannelTable";

/** What machines did in any channel, in words. */
const MADE = { machine_opened: "opens", machine_clicked: "clicks" };

/** Whether opens by mail proxies and clicks by link scanners count; shown where there are any. */
function MachineSwitch(): JSX.Element | null {
  const { store } = useView();
  const { campaign, metrics, options, selection, fixed } = useSnapshot();
  const closed = fixed ? needsKernel : options.closed?.machine_opens;
  const made = Object.entries(MADE)
    .filter(([key]) => campaign.channels.some(({ id }) => metrics.get("channel", id, key).value))
    .map(([, word]) => word)
    .join(" and ");
  if (!made) return null;
  return (
    <Toggle
      label={`Count machine ${made}`}
      on={selection.machine_opens}
      disabled={closed !== undefined}
      title={
        closed ??
        `Machine ${made}, made for example by mail proxies or link scanners, count in every number`
      }
      onChange={(machine_opens) => store.select({ machine_opens })}
    />
  );
}

function Blocks(): JSX.Element {
  const { campaign } = useSnapshot();
  return (
    <div class="rw-channels">
      {campaign.channels.map((channel) => (
        <ChannelBlock key={channel.id} channel={channel} />
      ))}
    </div>
  );
}

/** Below one another, each folded to its name and what it sent. */
function Folds(): JSX.Element {
  const snapshot = useSnapshot();
  return (
    <Group class="rw-section" label="Channels, each folded" roving>
      {snapshot.campaign.channels.map((channel) => {
        const { id, received } = channel;
        const entry = entryOf(snapshot, received, id);
        return (
          <Fold key={id} name={`${id}+`} class="rw-channel-fold">
            <summary>
              <Icon name={channel.icon || id} />
              <b dir="auto">{channel.label}</b>
              <span class="rw-muted">
                {entry.label}{" "}
                {shortValue(snapshot.metrics.get("channel", id, received).value, entry)}
              </span>
            </summary>
            <ChannelBlock channel={channel} />
          </Fold>
        );
      })}
    </Group>
  );
}

const shapes = { blocks: Blocks, lines: ChannelLines, folds: Folds };

/** As blocks, as one line each, or folded; or, where asked for, as a table of every number. */
export function ChannelList({ as = "blocks" }: { as?: keyof typeof shapes }): JSX.Element {
  const { campaign } = useSnapshot();
  const Shape = shapes[as];
  const [table, setTable] = useKept("lines", false);
  return (
    <section class="rw-section" aria-label="Channels">
      <div class="rw-section-head">
        <h3>Channels</h3>
        <MachineSwitch />
        <Toggle label="As a table" on={table} onChange={setTable} />
      </div>
      {table ? <ChannelTable /> : <Shape />}
      {campaign.channels.length === 0 && <p class="rw-muted">No channels yet.</p>}
    </section>
  );
}
