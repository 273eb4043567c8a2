// One line icon per channel, drawn for 16 px. Inline, so that no page asks for a font.
import type { JSX } from "preact";

const shapes: Record<string, JSX.Element> = {
  email: <path d="M2 3.75h12v8.5H2zM2.3 4.2 8 8.9l5.7-4.7" />,
  push: (
    <path d="M3.2 11.5h9.6c-1-1-1.4-2-1.4-4.4C11.4 4.900 10 3.300 8 3.300S4.600 4.900 4.600 7.100c0 2.400-.4 3.400-1.400 4.400zM6.700 13.600a1.400 1.400 0 0 0 2.600 0M8 3.300V2" />
  ),
  web_push: <path d="M2 3h12v8.500H2zM2 5.500h12M5.500 14h5M8 11.500V14" />,
  in_app: <path d="M4.500 1.750h7v12.500h-7zM7 12.250h2" />,
  app_inbox: <path d="M2 8.500 4 3h8l2 5.500V13H2zM2 8.500h3.700l.8 1.700h3l.8-1.700H14" />,
  sms: <path d="M2 3h12v8H7.500L4.500 13.800V11H2zM5 6h6M5 8.200h4" />,
  whatsapp: (
    <path d="M2.300 13.700l.9-3A6 6 0 1 1 5.400 13zM6 5.800c0 2.300 1.900 4.200 4.200 4.200" />
  ),
  webhook: (
    <path d="M5.800 9.300a2.600 2.600 0 1 0 1.400 2.300h4.300M8.500 4.700l2.200 4M11.500 9a2.600 2.600 0 1 1-1.800 4.400M4.500 9l2.300-3.900A2.600 2.600 0 1 1 10.600 4" />
  ),
  app_function: <path d="M5.500 3.500 2 8l3.500 4.500M10.500 3.500 14 8l-3.500 4.500" />,
  direct_mail: <path d="M2 5.500 8 2l6 3.500V14H2zM5.500 14V9h5v5" />,
  exit: <path d="M9.500 3H3v10h6.500M6.500 8H14M11.500 5.300 14.200 8l-2.700 2.700" />,
  other: <path d="M8 2.500 13.500 8 8 13.500 2.500 8z" />,
};

export function Icon({ name }: { name: string }): JSX.Element {
  return (
    <svg
      class="rw-icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      {Object.hasOwn(shapes, name) ? shapes[name] : shapes.other}
    </svg>
  );
}

const marks: Record<string, string> = {
  plus: "M8 3.500v9M3.500 8h9",
  minus: "M3.500 8h9",
  fit: "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10",
  calendar: "M2.500 3.500h11v10h-11zM2.500 6.500h11M5.500 2v3M10.500 2v3",
  back: "M9.500 3.500 5 8l4.500 4.500",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  check: "M3 8.500 6.500 12 13 4.500",
  table: "M2 3h12v10H2zM2 6.300h12M2 9.600h12M6.500 3v10",
  warn: "M8 2 14.500 13.500h-13zM8 6.500v3.300M8 11.600v.3",
};

export function Mark({ name }: { name: keyof typeof marks & string }): JSX.Element {
  return (
    <svg
      class="rw-icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={marks[name]} />
    </svg>
  );
}
