// All channels: as blocks of their main numbers, or as one table of every number that can be sorted.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Toggle } from "../../ui/Controls";
import { useSnapshot, useView } from "../../ui/view";
import { ChannelBlock } from "./ChannelBlock";
import { ChannelTable } from "./ChannelTable";

/** Whether opens by mail proxies count; shown where there are any. */
function MachineSwitch(): JSX.Element | null {
  const { store } = useView();
  const { campaign, metrics, options, selection, standalone } = useSnapshot();
  const closed = standalone ? "Needs the notebook’s kernel" : options.closed?.machine_opens;
  if (!campaign.channels.some(({ id }) => metrics.get("channel", id, "machine_opened").value))
    return null;
  return (
    <Toggle
      label="Count machine opens"
      on={selection.machine_opens}
      disabled={closed !== undefined}
      title={
        closed ??
        "Opens made by machines, such as mail privacy proxies, count as opens in every number"
      }
      onChange={(machine_opens) => store.select({ machine_opens })}
    />
  );
}

export function ChannelList(): JSX.Element {
  const { campaign } = useSnapshot();
  const [table, setTable] = useState(false);
  return (
    <section class="rw-section" aria-label="Channels">
      <div class="rw-section-head">
        <h3>Channels</h3>
        <MachineSwitch />
        <Toggle label="As a table" on={table} onChange={setTable} />
      </div>
      {table ? (
        <ChannelTable />
      ) : (
        <div class="rw-channels">
          {campaign.channels.map((channel) => (
            <ChannelBlock key={channel.id} channel={channel} />
          ))}
        </div>
      )}
      {campaign.channels.length === 0 && <p class="rw-muted">No channels yet.</p>}
    </section>
  );
}
