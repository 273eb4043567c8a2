// What the user saw: the mail, the phone with its message, the request. Copy is data and is never interpreted here.

import type { JSX } from "preact";
import { Icon } from "../../ui/icons";
import type { Action, Channel } from "../../wire/campaign";
import { isMarkup, mailDocument } from "./mail";

type Texts = Record<string, unknown>;

const text = (copy: Texts, ...names: string[]): string => {
  for (const name of names) {
    const value = copy[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
};

/** Labels of buttons, given as texts or as {label, event}. */
function buttons(copy: Texts): string[] {
  const given = copy.buttons;
  if (!Array.isArray(given)) return [];
  return given
    .map((one: unknown) =>
      typeof one === "string" ? one : text((one ?? {}) as Texts, "label", "text", "name"),
    )
    .filter(Boolean)
    .slice(0, 6);
}

function Mail({ action }: { action: Action }): JSX.Element {
  const { copy, settings } = action;
  const body = text(copy, "html", "body", "text", "message");
  const sender = text(settings, "sender", "from", "from_name");
  return (
    <figure class="rw-seen rw-mail" data-testid="seen-mail">
      <div class="rw-mail-head">
        {sender && <div class="rw-muted">{sender}</div>}
        <b dir="auto">{text(copy, "subject", "title") || "No subject"}</b>
        <div class="rw-muted">{text(copy, "preheader", "preview")}</div>
      </div>
      {isMarkup(body) ? (
        // biome-ignore lint/a11y/useIframeTitle: a title would pop up; the label names it as well.
        <iframe
          class="rw-mail-body"
          aria-label={`Preview of the email “${text(copy, "subject")}”`}
          sandbox=""
          srcdoc={mailDocument(body)}
          loading="lazy"
        />
      ) : (
        <div class="rw-mail-text" dir="auto">
          {body}
        </div>
      )}
    </figure>
  );
}

function Phone({ action, channel }: { action: Action; channel: Channel }): JSX.Element {
  const { copy } = action;
  const kind =
    channel.id === "sms" || channel.id === "whatsapp"
      ? "bubble"
      : channel.id === "push" || channel.id === "web_push"
        ? "push"
        : "inside";
  const title = text(copy, "title", "subject", "headline");
  const body = text(copy, "body", "message", "text");
  const labels = buttons(copy);
  return (
    <figure class={`rw-seen rw-phone rw-phone-${kind}`} data-testid="seen-phone">
      <div class="rw-phone-glass">
        <div class="rw-phone-note">
          {kind === "push" && (
            <div class="rw-phone-app">
              <Icon name={channel.icon} />
              {text(action.settings, "sender", "app") || "App"}
              <span>now</span>
            </div>
          )}
          {title && <b dir="auto">{title}</b>}
          <div dir="auto">{body}</div>
          {labels.length > 0 && (
            <div class="rw-phone-buttons">
              {labels.map((label, i) => (
                <span key={label} class={i === 0 ? "rw-phone-first" : ""}>
                  {label}
                </span>
              ))}
            </div>
          )}
        </div>
      </div>
    </figure>
  );
}

function Request({ action }: { action: Action }): JSX.Element {
  const { copy, settings } = action;
  const from = { ...settings, ...copy } as Texts;
  const url = text(from, "url", "endpoint", "address");
  const body = from.body ?? from.payload ?? from.data;
  const headers = from.headers;
  const listed =
    headers && typeof headers === "object" && !Array.isArray(headers)
      ? Object.entries(headers as Texts)
      : [];
  return (
    <figure class="rw-seen rw-request" data-testid="seen-request">
      <pre>
        {`${text(from, "method").toUpperCase() || "POST"} ${url || "(no address given)"}`}
        {listed.map(([name, value]) => `\n${name}: ${String(value)}`).join("")}
        {body !== undefined &&
          `\n\n${typeof body === "string" ? body : JSON.stringify(body, null, 2)}`}
      </pre>
    </figure>
  );
}

const onPhones = new Set(["push", "web_push", "in_app", "app_inbox", "sms", "whatsapp"]);

export function AsSeen({
  action,
  channel,
}: {
  action: Action;
  channel: Channel | undefined;
}): JSX.Element | null {
  if (Object.keys(action.copy).length === 0) return null;
  if (action.channel === "email") return <Mail action={action} />;
  if (channel && onPhones.has(action.channel)) return <Phone action={action} channel={channel} />;
  return action.channel === "webhook" ? <Request action={action} /> : null;
}
