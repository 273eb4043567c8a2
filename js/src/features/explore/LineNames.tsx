// The names at the ends of a chart's lines.
import type { JSX } from "preact";
import type { Layout, Place } from "./charts";

export const part = (share: number): string => `${(share * 100).toFixed(2)}%`;

/** Where something stands in the chart, as styles. */
export const placed = ({ left, top, width, height }: Place): Record<string, string> => ({
  left: part(left),
  top: part(top),
  width: part(width),
  height: part(height),
});

/** The names of lines, to point at and to press; the arrow keys reach them in the chart itself. */
export function LineNames({
  layout,
  lift,
  onOnly,
}: {
  layout: Layout;
  lift: (by: string | null) => void;
  onOnly?: (by: string) => void;
}): JSX.Element {
  return (
    <>
      {layout.names.map(({ by, ...place }) => (
        <button
          key={by}
          type="button"
          class="rw-line-name"
          tabIndex={-1}
          aria-label={`Only ${by}`}
          style={placed(place)}
          onPointerEnter={() => lift(by)}
          onPointerLeave={() => lift(null)}
          onClick={() => onOnly?.(by)}
        />
      ))}
    </>
  );
}
