// What was sent: as its user saw it, and under that the words and settings that it was made of.
import type { JSX } from "preact";
import { capitalised, spaced } from "../../ui/text";
import type { Action, Channel } from "../../wire/campaign";
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

/** A tag, not an address: "Ada <ada@example.com>" is none. */
const isSource = /<\/?[a-z][\w-]*(\s[^<>]*)?>/i;

/** A value as text; the source of a page is folded away. */
function Value({ value }: { value: unknown }): JSX.Element {
  const text = asText(value);
  if (!isSource.test(text)) return <>{text}</>;
  return (
    <details class="rw-source">
      <summary>Source</summary>
      {text}
    </details>
  );
}

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
              <dd dir="auto">
                <Value value={values[name]} />
              </dd>
            </>
          ))}
        </dl>
      )}
    </section>
  );
}

export function Message({
  action,
  channel,
}: {
  action: Action;
  channel: Channel | undefined;
}): JSX.Element {
  return (
    <div class="rw-view-action" data-testid="view-action">
      <AsSeen action={action} channel={channel} />
      <Fields title="Copy" values={action.copy} />
      <Fields title="Settings" values={action.settings} />
    </div>
  );
}
