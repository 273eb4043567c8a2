// The card in the place of steps that are folded away.
import type { JSX } from "preact";
import { compact, exactValue, plural, wordOf } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { useSnapshot } from "../../ui/view";
import type { Fold } from "./fold";
import type { CardBox } from "./geometry";
import { isBlank } from "./shown_flow";

interface Props {
  box: CardBox;
  fold: Fold;
  /** How many of its steps were found. */
  matches: number;
  isCompact: boolean;
  onOpen: () => void;
}

/** Icons of so many channels have room on it. */
const mostIcons = 3;

/** How many steps, who came into the only first of them, and all of their conversions. Pressed, it opens by one row. */
export function FoldCard({ box, fold, matches, isCompact, onOpen }: Props): JSX.Element {
  const snapshot = useSnapshot();
  const { campaign } = snapshot;
  const entry = entryOf(snapshot, "users_received");
  const { users_received: received, conversions } = box.node;
  const actions = new Map(campaign.actions.map((action) => [action.id, action]));
  const parent = actions.get(fold.parent)?.name ?? fold.parent;
  const used = new Set(fold.ids.map((id) => actions.get(id)?.channel));
  const channels = campaign.channels.filter(({ id }) => used.has(id)).slice(0, mostIcons);
  const idle = received === 0;
  const words = [
    `${plural(fold.ids.length, "step")} after ${parent}, folded`,
    received === null
      ? ""
      : `${exactValue(received, entry)} ${wordOf(received, "user")} came to the first`,
    isBlank(snapshot) ? "Loading" : plural(conversions, "conversion"),
    matches > 0 ? plural(matches, "match", "matches") : "",
  ];
  return (
    <button
      type="button"
      class={`rw-card rw-card-folded${idle ? " rw-card-idle" : ""}`}
      style={{ left: `${box.x}px`, top: `${box.y}px` }}
      aria-expanded={false}
      data-card={box.id}
      data-fold={fold.parent}
      data-steps={fold.ids.length}
      data-received={received ?? ""}
      data-conversions={conversions ?? ""}
      onClick={onOpen}
    >
      <span class="rw-offscreen" dir="auto">
        {words.filter(Boolean).join(". ")}
      </span>
      <span class="rw-card-head" aria-hidden="true">
        <span class="rw-card-steps">+{plural(fold.ids.length, "step")}</span>
        {!isCompact && (
          <span class="rw-card-channels">
            {channels.map(({ id, icon }) => (
              <Icon key={id} name={icon} />
            ))}
          </span>
        )}
      </span>
      {matches > 0 && (
        <span class="rw-card-matches" aria-hidden="true">
          {plural(matches, "match", "matches")}
        </span>
      )}
      <span class="rw-card-numbers" aria-hidden="true">
        {received !== null && <b>{compact(received)}</b>}
      </span>
      <span class="rw-card-converted" aria-hidden="true">
        <b class="rw-card-green">
          {compact(conversions)}
          <small>{wordOf(conversions, "conversion")}</small>
        </b>
      </span>
    </button>
  );
}
