import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { exactValue, markEstimate, rate } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon, Mark } from "../../ui/icons";
import { MetricButton } from "../../ui/Metric";
import { UsersButton } from "../../ui/Segments";
import { capitalised, spaced } from "../../ui/text";
import { delay } from "../../ui/time";
import { useSnapshot } from "../../ui/view";
import type { Action, Channel } from "../../wire/campaign";
import { MetricRows, Trend } from "../channels/MetricRows";
import { PartTables } from "../channels/PartTables";
import { Explore } from "../explore/Explore";
import { AsSeen } from "./MessagePreview";

const words = (key: string): string => capitalised(key.replace(/[_-]+/g, " "));

/** A button of a message: its label, and the event it reports. */
const isLabelled = (value: unknown): value is { label: string; event?: string } => {
  const { label, event } = (value ?? {}) as { label?: unknown; event?: unknown };
  return typeof label === "string" && (event === undefined || typeof event === "string");
};

const asText = (value: unknown): string =>
  value === null || value === undefined || value === ""
    ? "–"
    : typeof value === "string"
      ? value
      : typeof value === "boolean"
        ? value
          ? "Yes"
          : "No"
        : Array.isArray(value) && value.every((one) => typeof one === "string")
          ? value.join(" · ")
          : Array.isArray(value) && value.every(isLabelled)
            ? value
                .map((one) => (one.event ? `${one.label} (${spaced(one.event)})` : one.label))
                .join(" · ")
            : typeof value === "object"
              ? JSON.stringify(value, null, 2)
              : String(value);

/** Copy or settings as a list of names and plain text: what a marketer wrote is shown, never interpreted. */
function Fields({
  title,
  values,
}: {
  title: string;
  values: Record<string, unknown>;
}): JSX.Element {
  const names = Object.keys(values);
  return (
    <section class="rw-fields">
      <h5>{title}</h5>
      {names.length === 0 ? (
        <p class="rw-muted">None given.</p>
      ) : (
        <dl>
          {names.map((name) => (
            <>
              <dt>{words(name)}</dt>
              <dd dir="auto">{asText(values[name])}</dd>
            </>
          ))}
        </dl>
      )}
    </section>
  );
}

function whenSent(action: Action, names: Map<string, string>): string {
  if (action.parent === null)
    return action.delay_ms > 0 ? `First action, after ${delay(action.delay_ms)}` : "First action";
  const trigger = spaced(action.trigger ?? "received");
  return `After “${names.get(action.parent) ?? action.parent}” was ${trigger}, ${delay(action.delay_ms)}`.replace(
    ", at once",
    "",
  );
}

function ViewAction({
  action,
  channel,
}: {
  action: Action;
  channel: Channel | undefined;
}): JSX.Element {
  return (
    <div class="rw-panel rw-view-action" data-testid="view-action">
      <AsSeen action={action} channel={channel} />
      <Fields title="Copy" values={action.copy} />
      <Fields title="Settings" values={action.settings} />
    </div>
  );
}

function KeyNumbers({ action }: { action: Action }): JSX.Element {
  const snapshot = useSnapshot();
  const arm = snapshot.flow.arms[0];
  const node = arm?.nodes.find((one) => one.action_id === action.id);
  const next = arm?.edges.filter((edge) => edge.source === action.id) ?? [];
  const names = new Map(snapshot.campaign.actions.map((one) => [one.id, one.name]));
  const estimate = entryOf(snapshot, "drop_off").approximate;
  const part = (value: number | null): string => markEstimate(rate(value), value, estimate);
  const keys = ["users_received", "conversions_attributed"].filter((metric) =>
    snapshot.metrics.has("action", action.id, metric),
  );
  return (
    <div class="rw-keys">
      {keys.map((metric) => (
        <MetricButton
          key={metric}
          class={`rw-key rw-tone-${metric === "users_received" ? "users" : "conversions"}`}
          scope="action"
          id={action.id}
          metric={metric}
        >
          <span class="rw-key-value">
            {exactValue(
              snapshot.metrics.get("action", action.id, metric).value,
              entryOf(snapshot, metric),
            )}
          </span>
          <span class="rw-key-name">{entryOf(snapshot, metric).label}</span>
        </MetricButton>
      ))}
      {snapshot.metrics.has("action", action.id, "share_of_entries") ? (
        <MetricButton class="rw-key" scope="action" id={action.id} metric="share_of_entries">
          <span class="rw-key-value">
            {rate(snapshot.metrics.get("action", action.id, "share_of_entries").value)}
          </span>
          <span class="rw-key-name">of entries reached it</span>
        </MetricButton>
      ) : (
        node &&
        node.share_of_entries !== null && (
          <div class="rw-key rw-key-plain">
            <span class="rw-key-value">{rate(node.share_of_entries)}</span>
            <span class="rw-key-name">of entries reached it</span>
          </div>
        )
      )}
      {next.length > 0 && (
        <p class="rw-drop rw-muted">
          {next.map((edge) => (
            <UsersButton
              key={edge.target}
              class="rw-number"
              question={{ of: "edge", source: edge.source, target: edge.target }}
              title={["The users who received both", estimate?.within].filter(Boolean).join("; ")}
            >
              <bdi>{names.get(edge.target) ?? edge.target}</bdi>: {part(edge.share)} continued
              {edge.drop_off !== null && `, ${part(edge.drop_off)} dropped off`}
            </UsersButton>
          ))}
        </p>
      )}
    </div>
  );
}

function DetailHead({ action, onBack }: { action: Action; onBack?: () => void }): JSX.Element {
  const { campaign, trends } = useSnapshot();
  const names = new Map(campaign.actions.map((one) => [one.id, one.name]));
  const variant = campaign.variants.find((one) => one.id === action.variant);
  const channel = campaign.channels.find((one) => one.id === action.channel);
  return (
    <header class="rw-detail-head">
      {onBack && (
        <button type="button" class="rw-button rw-quiet rw-back" onClick={onBack}>
          <Mark name="back" />
          Back to campaign
        </button>
      )}
      <h3>
        <Icon name={channel?.icon ?? action.channel} />
        <span dir="auto" data-testid="action-name">
          {action.name}
        </span>
      </h3>
      <p class="rw-muted">
        {[
          channel?.label ?? action.channel,
          action.template && spaced(action.template),
          whenSent(action, names),
          variant && `variant ${variant.name}`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <Trend
        values={trends[`action:${action.id}`] ?? []}
        label={`Trend of ${action.name}: users received over time`}
      />
    </header>
  );
}

/** The users who received the action, or who did one of the things its channel reports. */
function UsersInAction({
  action,
  channel,
}: {
  action: Action;
  channel: Channel | undefined;
}): JSX.Element {
  const snapshot = useSnapshot();
  const [event, setEvent] = useState("");
  const events = (channel?.events ?? []).map((name) => ({
    value: name,
    label: entryOf(snapshot, name, action.channel).label,
  }));
  return (
    <span class="rw-joined">
      <UsersButton question={{ of: "action", action: action.id, event: event || null }}>
        Users in action
      </UsersButton>
      {events.length > 0 && (
        <Select
          label="Which users"
          value={event}
          choices={[{ value: "", label: "who received it" }, ...events]}
          onChange={setEvent}
          testid="event"
        />
      )}
    </span>
  );
}

/** One action: key numbers, its channel's rows, its own Explore, its copy and settings, its users. */
export function ActionDetail({
  action,
  onBack,
  explore = true,
}: {
  action: Action;
  onBack?: () => void;
  explore?: boolean;
}): JSX.Element {
  const { campaign } = useSnapshot();
  const [open, setOpen] = useState(false);
  const channel = campaign.channels.find((one) => one.id === action.channel);
  return (
    <section
      class="rw-section rw-detail"
      data-testid="action-detail"
      aria-label={`Action ${action.name}`}
    >
      <DetailHead action={action} onBack={onBack} />
      <KeyNumbers action={action} />
      <div class="rw-detail-tools">
        <button type="button" class="rw-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide action" : "View action"}
        </button>
        <UsersInAction action={action} channel={channel} />
      </div>
      {open && <ViewAction action={action} channel={channel} />}
      {explore && <Explore level={4} />}
      {channel && (
        <section class="rw-panel rw-channel">
          <MetricRows scope="action" id={action.id} channel={channel} />
          <PartTables scope="action" id={action.id} channel={channel.id} />
        </section>
      )}
    </section>
  );
}
