// Each channel as one line: a column for each step on the way to the user, and beside it what went wrong.

import type { JSX } from "preact";
import { shortValue } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon, Mark } from "../../ui/icons";
import { useKept } from "../../ui/kept";
import { MetricButton } from "../../ui/Metric";
import { ScrollRegion } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import type { Channel } from "../../wire/campaign";
import type { Snapshot } from "../../wire/store";
import { Bar } from "./MetricRows";
import { hasParts, PartTables } from "./PartTables";
import { type Step, stepsOf } from "./steps";

/** One step of one channel: the count, what its rate is of where the column does not say it, the rate, and a bar. */
function StepCell({ channel, step }: { channel: Channel; step: Step }): JSX.Element {
  const snapshot = useSnapshot();
  const row = channel.rows.find(({ metric }) => step.metrics.includes(metric));
  if (!row) return <td class="rw-step" />;
  const { metric, rate } = row;
  const found = rate === null ? null : snapshot.metrics.get("channel", channel.id, rate);
  const known = snapshot.metrics.get("channel", channel.id, metric).value !== null;
  return (
    <td class="rw-step">
      <span class="rw-step-numbers">
        {/* What the source does not report is said once, in place of the rate. */}
        {(known || rate === null) && (
          <MetricButton scope="channel" id={channel.id} metric={metric} />
        )}
        {known && step.base === null && rate !== null && (
          <small class="rw-muted"> of {entryOf(snapshot, rate, channel.id).base}</small>
        )}
        <span class="rw-spring" />
        {rate !== null && (
          <b>
            <MetricButton scope="channel" id={channel.id} metric={rate} />
          </b>
        )}
      </span>
      <Bar share={found?.value ?? null} low={found?.low ?? null} high={found?.high ?? null} />
    </td>
  );
}

const machineOpens = (snapshot: Snapshot, id: string): number =>
  snapshot.metrics.get("channel", id, "machine_opened").value ?? 0;

/** What stands behind a line: opens by machines, clicks per link, what was not sent and why. */
function Behind({ channel, columns }: { channel: Channel; columns: number }): JSX.Element {
  const snapshot = useSnapshot();
  return (
    <tr class="rw-line-parts">
      <td colSpan={columns}>
        {machineOpens(snapshot, channel.id) > 0 && (
          <p>
            {entryOf(snapshot, "machine_opened", channel.id).label}{" "}
            <MetricButton scope="channel" id={channel.id} metric="machine_opened" />
          </p>
        )}
        <PartTables scope="channel" id={channel.id} channel={channel.id} open />
      </td>
    </tr>
  );
}

function Line({ channel, steps }: { channel: Channel; steps: Step[] }): JSX.Element {
  const snapshot = useSnapshot();
  const [open, setOpen] = useKept(`${channel.id}+`, false);
  const opens =
    hasParts(snapshot, `channel:${channel.id}`) || machineOpens(snapshot, channel.id) > 0;
  const name = (
    <>
      <Icon name={channel.icon || channel.id} />
      <span class="rw-clip" dir="auto">
        {channel.label}
      </span>
    </>
  );
  const received = entryOf(snapshot, channel.received, channel.id);
  return (
    <>
      <tr>
        <th scope="row">
          {opens ? (
            <button
              type="button"
              class="rw-channel-name"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              <Mark name={open ? "fold" : "next"} />
              {name}
            </button>
          ) : (
            <span class="rw-channel-name rw-line-plain">{name}</span>
          )}
        </th>
        <td class="rw-num">
          {snapshot.metrics.has("channel", channel.id, channel.received) ? (
            <MetricButton scope="channel" id={channel.id} metric={channel.received} />
          ) : (
            shortValue(null, received)
          )}
        </td>
        {steps.map((step) => (
          <StepCell key={step.label} channel={channel} step={step} />
        ))}
      </tr>
      {open && <Behind channel={channel} columns={steps.length + 2} />}
    </>
  );
}

export function ChannelLines(): JSX.Element {
  const snapshot = useSnapshot();
  const { channels } = snapshot.campaign;
  const steps = stepsOf(snapshot);
  const received = [
    ...new Set(channels.map(({ id, received }) => entryOf(snapshot, received, id).label)),
  ];
  return (
    <ScrollRegion class="rw-panel rw-lines-table" label="Channels, a line each" roving>
      <table>
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col" class="rw-num">
              {received.length < 3 ? received.join(" or ") : "Received"}
            </th>
            {steps.map(({ label, base }) => (
              <th key={label} scope="col" class="rw-num">
                {label}
                <small class="rw-muted">{base === null ? "\u00a0" : base && `of ${base}`}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <Line key={channel.id} channel={channel} steps={steps} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
