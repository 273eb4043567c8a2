// How users responded, by the number of messages they got over all campaigns.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { OneOf } from "../../ui/Controls";
import { exact, notAvailable, rate } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import type { PressureRow, PressureState } from "../../wire/campaigns";

type By = keyof PressureState;

const responses: [keyof PressureRow, string][] = [
  ["opened", "Opened"],
  ["unsubscribed", "Unsubscribed"],
  ["marked_as_spam", "Marked as spam"],
  ["converted", "Converted"],
];

function Share({ row, name, most }: { row: PressureRow; name: keyof PressureRow; most: number }) {
  const count = row[name];
  if (count === null) return <td class="rw-num rw-muted">{notAvailable}</td>;
  const part = row.users > 0 ? count / row.users : null;
  return (
    <td class="rw-num rw-pressure-cell" data-value={count}>
      {rate(part)}
      <span class="rw-pressure-bar" aria-hidden="true">
        <i style={{ width: `${((part ?? 0) / most) * 100}%` }} />
      </span>
    </td>
  );
}

export function Pressure({ pressure }: { pressure: PressureState }): JSX.Element {
  const [by, setBy] = useState<By>("week");
  const rows = pressure[by];
  const kinds: [By, string][] = [
    ["week", "Messages in a week"],
    ["message", "The n-th message"],
  ];
  const shareOf = (row: PressureRow, name: keyof PressureRow): number =>
    row.users > 0 ? (row[name] ?? 0) / row.users : 0;
  return (
    <div class="rw-shared-part">
      <div class="rw-shared-head">
        <p>
          {by === "week"
            ? "Users and weeks, by how many messages a user got in the week over all campaigns"
            : "Users, by the n-th message that each got over all campaigns"}
        </p>
        <OneOf label="Counted by" choices={kinds} value={by} onChange={setBy} />
      </div>
      <p class="rw-muted">
        This is what goes together; only an experiment shows what fewer messages would do.
      </p>
      <ScrollRegion class="rw-table" label="Messages per user">
        <table data-testid="pressure">
          <thead>
            <tr>
              <th scope="col" class="rw-num">
                {by === "week" ? "Messages" : "Message"}
              </th>
              <th scope="col" class="rw-num">
                Users
              </th>
              {responses.map(([name, label]) => (
                <th key={name} scope="col" class="rw-num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.messages}>
                <th scope="row" class="rw-num">
                  {exact(row.messages)}
                </th>
                <td class="rw-num" data-value={row.users}>
                  {exact(row.users)}
                </td>
                {responses.map(([name]) => (
                  <Share
                    key={name}
                    row={row}
                    name={name}
                    most={Math.max(0.0001, ...rows.map((one) => shareOf(one, name)))}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
