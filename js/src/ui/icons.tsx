// One line icon per channel, drawn for 16 px. Inline, so that no page asks for a font.
import type { JSX } from "preact";

const shapes: Record<string, JSX.Element> = {
  email: <path d="M2 3.75h12v8.5H2zM2.3 4.2 8 8.9l5.7-4.7" />,
  push: (
    <path d="M3.2 11.5h9.6c-1-1-1.4-2-1.4-4.4C11.4 4.9 10 3.3 8 3.3S4.6 4.9 4.6 7.1c0 2.4-.4 3.4-1.4 4.4zM6.7 13.6a1.4 1.4 0 0 0 2.6 0M8 3.3V2" />
  ),
  web_push: <path d="M2 3h12v8.5H2zM2 5.5h12M5.5 14h5M8 11.5V14" />,
  in_app: <path d="M4.5 1.75h7v12.5h-7zM7 12.25h2" />,
  app_inbox: <path d="M2 8.5 4 3h8l2 5.5V13H2zM2 8.5h3.7l.8 1.7h3l.8-1.7H14" />,
  sms: <path d="M2 3h12v8H7.5L4.5 13.8V11H2zM5 6h6M5 8.2h4" />,
  whatsapp: <path d="M2.3 13.7l.9-3A6 6 0 1 1 5.4 13zM6 5.8c0 2.3 1.9 4.2 4.2 4.2" />,
  webhook: (
    <path d="M5.8 9.3a2.6 2.6 0 1 0 1.4 2.3h4.3M8.5 4.7l2.2 4M11.5 9a2.6 2.6 0 1 1-1.8 4.4M4.5 9l2.3-3.9A2.6 2.6 0 1 1 10.6 4" />
  ),
  app_function: <path d="M5.5 3.5 2 8l3.5 4.5M10.5 3.5 14 8l-3.5 4.5" />,
  direct_mail: <path d="M2 5.5 8 2l6 3.5V14H2zM5.5 14V9h5v5" />,
  exit: <path d="M9.5 3H3v10h6.5M6.5 8H14M11.5 5.3 14.2 8l-2.7 2.7" />,
  other: <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" />,
};

const drawn = (shape: JSX.Element | undefined): JSX.Element => (
  <svg
    class="rw-icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
    focusable="false"
  >
    {shape}
  </svg>
);

export const Icon = ({ name }: { name: string }): JSX.Element =>
  drawn(Object.hasOwn(shapes, name) ? shapes[name] : shapes.other);

/** Of what opens a list. */
export const Arrow = (): JSX.Element => (
  <svg viewBox="0 0 10 6" width="10" height="6" aria-hidden="true">
    <path d="M1 1l4 4 4-4" />
  </svg>
);

const marks: Record<string, string> = {
  plus: "M8 3.5v9M3.5 8h9",
  minus: "M3.5 8h9",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  calendar: "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
  back: "M9.5 3.5 5 8l4.5 4.5",
  next: "M6.5 3.5 11 8l-4.5 4.5",
  fold: "M3.5 6 8 10.5 12.5 6",
  unfold: "M3.5 10 8 5.5l4.5 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  view: "M4 2.5h8v11L8 10.5l-4 3z",
  find: "M7 2.5a4.5 4.5 0 1 0 .01 0M10.3 10.3 14 14",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5 6.5 12 13 4.5",
  multiples: "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
  table: "M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 3v10",
  down: "M8 3v9.5M3.8 8.5 8 12.8l4.2-4.3",
  clock: "M8 2.2a5.8 5.8 0 1 0 .01 0M8 4.8V8l2.3 1.6",
  settings: "M2 4.5h5M11 4.5h3M2 11.5h3M9 11.5h5M9 2.5a2 2 0 1 0 .01 0M7 9.5a2 2 0 1 0 .01 0",
  warn: "M8 2 14.5 13.5h-13zM8 6.5v3.3M8 11.6v.3",
};

export const Mark = ({ name }: { name: keyof typeof marks & string }): JSX.Element =>
  drawn(<path d={marks[name]} />);
