// When people convert: hours and weekdays of one campaign at a time, since a purchase may be claimed by several.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { exact, notAvailable } from "../../ui/format";
import { locale } from "../../ui/locale";
import { ScrollRegion } from "../../ui/regions";
import type { HeatmapState } from "../../wire/campaigns";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

const shade = (value: number | null, most: number): string =>
  `color-mix(in srgb, var(--rw-conversions) ${Math.round(((value ?? 0) / most) * 60)}%, var(--rw-bg))`;

export function Heatmap({ heatmap }: { heatmap: HeatmapState }): JSX.Element {
  const [at, setAt] = useState("0");
  const row = heatmap.rows[Number(at)];
  const days = row?.values ?? [];
  const most = Math.max(1, ...days.flat().map((value) => value ?? 0));
  const known = days.some((day) => day.some((value) => value !== null));
  return (
    <div class="rw-shared-part">
      <div class="rw-shared-head">
        <p>
          Conversions by weekday and hour{" "}
          <span class="rw-muted" dir="auto">
            of {heatmap.zone}
          </span>
        </p>
        <Select
          label="Campaign"
          value={at}
          choices={heatmap.rows.map(({ name }, place) => ({ value: String(place), label: name }))}
          onChange={setAt}
          testid="heatmap-campaign"
        />
      </div>
      {known ? (
        <ScrollRegion class="rw-heatmap" label="Conversions by weekday and hour">
          <table data-testid="heatmap">
            <thead>
              <tr>
                <td />
                {hours.map((hour) => (
                  <th key={hour} scope="col">
                    {String(hour).padStart(2, "0")}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, weekday) => (
                <tr key={weekday}>
                  <th scope="row">{locale().weekdays[weekday]}</th>
                  {day.map((value, hour) => (
                    <td
                      key={hour}
                      style={{ background: shade(value, most) }}
                      data-value={value ?? ""}
                    >
                      {value ? exact(value) : ""}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : (
        <p class="rw-note">{notAvailable}: this campaign’s source does not tell conversions.</p>
      )}
    </div>
  );
}
