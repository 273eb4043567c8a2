// One action: its numbers and their chart, where its users went next, and its message.
import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { entryOf } from "../../ui/glossary";
import { Icon, Mark } from "../../ui/icons";
import { useKept } from "../../ui/kept";
import { usePaper } from "../../ui/paper";
import { useRoom } from "../../ui/room";
import { UsersButton } from "../../ui/Segments";
import { Tabs } from "../../ui/Tabs";
import { spaced } from "../../ui/text";
import { delay } from "../../ui/time";
import { useSnapshot, useView } from "../../ui/view";
import type { Action, Channel } from "../../wire/campaign";
import { MetricRows } from "../channels/MetricRows";
import { PartTables } from "../channels/PartTables";
import { Explore } from "../explore/Explore";
import { Message } from "./Message";
import { NextSteps } from "./NextSteps";
import { Tiles } from "./Tiles";

function whenSent(action: Action, names: Map<string, string>): string {
  if (action.parent === null)
    return action.delay_ms > 0 ? `First action, after ${delay(action.delay_ms)}` : "First action";
  const trigger = spaced(action.trigger ?? "received");
  return `After “${names.get(action.parent) ?? action.parent}” was ${trigger}, ${delay(action.delay_ms)}`.replace(
    ", at once",
    "",
  );
}

/** The way back, and to the actions before and after. */
function DetailNav({ action, onBack }: { action: Action; onBack: () => void }): JSX.Element {
  const { store, root } = useView();
  const { campaign } = useSnapshot();
  const at = campaign.actions.findIndex(({ id }) => id === action.id);
  const go = (step: number): void => {
    const to = campaign.actions[at + step];
    if (to) store.select({ action: to.id, metric: "users_received", channel: null });
  };
  useEffect(() => {
    const life = new AbortController();
    const press = (event: KeyboardEvent): void => {
      if ((event.target as Element).closest("input, select, textarea")) return;
      if (event.key === "[" || event.key === "]") go(event.key === "[" ? -1 : 1);
    };
    root.addEventListener("keydown", press, { signal: life.signal });
    return () => life.abort();
  }, [at]);
  const step = (by: number, label: string, mark: string): JSX.Element => (
    <button
      type="button"
      class="rw-iconbutton"
      aria-label={label}
      disabled={!campaign.actions[at + by]}
      onClick={() => go(by)}
    >
      <Mark name={mark} />
    </button>
  );
  return (
    <div class="rw-detail-nav">
      <button
        type="button"
        class="rw-button rw-quiet rw-back"
        aria-label="Back to campaign"
        onClick={onBack}
      >
        <Mark name="back" />
        Campaign
      </button>
      <span class="rw-spring" />
      <span class="rw-muted">
        {at + 1} of {campaign.actions.length}
      </span>
      {step(-1, "Previous action", "unfold")}
      {step(1, "Next action", "fold")}
      <button type="button" class="rw-iconbutton" aria-label="Close this action" onClick={onBack}>
        <Mark name="close" />
      </button>
    </div>
  );
}

function DetailHead({
  action,
  heading,
}: {
  action: Action;
  heading: RefObject<HTMLHeadingElement | null>;
}): JSX.Element {
  const { campaign } = useSnapshot();
  const names = new Map(campaign.actions.map((one) => [one.id, one.name]));
  const variant = campaign.variants.find((one) => one.id === action.variant);
  const channel = campaign.channels.find((one) => one.id === action.channel);
  return (
    <header class="rw-detail-head">
      <h3 ref={heading} tabIndex={-1}>
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

interface NumbersProps {
  action: Action;
  channel: Channel | undefined;
  explore: boolean;
  /** With little room, next steps come before the chart, which takes most of it. */
  tight: boolean;
}

function Numbers({ action, channel, explore, tight }: NumbersProps): JSX.Element {
  const chart = explore && <Explore key="chart" level={4} />;
  const next = <NextSteps key="next" action={action} />;
  return (
    <div class="rw-section">
      {tight ? [next, chart] : [chart, next]}
      {channel && (
        <section class="rw-panel rw-channel" aria-label={`${channel.label} in numbers`}>
          <MetricRows scope="action" id={action.id} channel={channel} />
          <PartTables scope="action" id={action.id} channel={channel.id} />
        </section>
      )}
    </div>
  );
}

/** From which width on the message stands beside the numbers. */
const roomForBoth = 720;
/** Up to which width they stand in a narrow column. */
const tightRoom = 480;

/** One action: its numbers and chart, its next steps, its message beside them or a tab away, its users. */
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
  const { store } = useView();
  const paper = usePaper();
  const box = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const room = useRoom(box);
  const [tab, setTab] = useKept<"numbers" | "message">("part", "numbers", action.id);
  const channel = campaign.channels.find((one) => one.id === action.channel);
  useEffect(() => {
    // A press on a card scrolls to what it opened; a selection from Python never scrolls.
    if (!onBack || !store.clicked()) return;
    heading.current?.focus({ preventScroll: true });
    // Its way back stands above the heading.
    box.current?.firstElementChild?.scrollIntoView?.({ block: "nearest" });
    heading.current?.scrollIntoView?.({ block: "nearest" });
  }, []);
  const numbers = (
    <Numbers
      action={action}
      channel={channel}
      explore={explore}
      tight={room < tightRoom && !paper}
    />
  );
  const message = <Message action={action} channel={channel} />;
  return (
    <section
      ref={box}
      class="rw-section rw-detail"
      data-testid="action-detail"
      aria-label={`Action ${action.name}`}
    >
      {onBack && <DetailNav action={action} onBack={onBack} />}
      <DetailHead action={action} heading={heading} />
      <Tiles action={action} channel={channel} />
      <div class="rw-detail-tools">
        <UsersInAction action={action} channel={channel} />
      </div>
      {room >= roomForBoth || paper ? (
        <div class="rw-detail-sides">
          {numbers}
          {message}
        </div>
      ) : (
        <Tabs
          label={`Parts of ${action.name}`}
          tabs={[
            { name: "numbers", label: "Numbers", content: () => numbers },
            { name: "message", label: "Message", content: () => message },
          ]}
          shown={tab}
          onShow={setTab}
        />
      )}
    </section>
  );
}
