import type { JSX } from "preact";
import { plural } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { useSnapshot } from "../../ui/view";
import type { Channel } from "../../wire/campaign";
import { MetricRows, Trend } from "./MetricRows";
import { PartTables } from "./PartTables";

export function ChannelBlock({ channel }: { channel: Channel }): JSX.Element {
  const { trends } = useSnapshot();
  return (
    <section
      class="rw-panel rw-channel"
      aria-label={`${channel.label}, ${plural(channel.actions, "action")}`}
    >
      <header>
        <Icon name={channel.icon || channel.id} />
        <h4 dir="auto">{channel.label}</h4>
        <span class="rw-muted">{plural(channel.actions, "action")}</span>
        <Trend
          values={trends[`channel:${channel.id}`] ?? []}
          label={`Trend of ${channel.label}: users received over time`}
        />
      </header>
      <MetricRows scope="channel" id={channel.id} channel={channel} />
      <PartTables scope="channel" id={channel.id} channel={channel.id} />
    </section>
  );
}
