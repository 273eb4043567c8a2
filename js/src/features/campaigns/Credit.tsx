// What each campaign claims, and what of it is credited to it when every purchase counts once.
import type { ComponentChildren, JSX } from "preact";
import { OneOf } from "../../ui/Controls";
import { exact } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import type { CreditRow, CreditRule, CreditState } from "../../wire/campaigns";

const rules: [CreditRule, string, string][] = [
  ["last", "Last touch", "to the campaign with the last interaction before, else the last receipt"],
  ["first", "First entry", "to the campaign whose entry started first"],
  ["shared", "Shared", "in equal parts to all that claim it"],
];

function Line({ row, most }: { row: CreditRow; most: number }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <span dir="auto">{row.name}</span>
      </th>
      <td class="rw-credit-plot" aria-hidden="true">
        <span class="rw-credit-claimed" style={{ width: `${(row.claimed / most) * 100}%` }} />
        <span class="rw-credit-credited" style={{ width: `${(row.credited / most) * 100}%` }} />
      </td>
      <td class="rw-num" data-value={row.claimed}>
        {exact(row.claimed)}
      </td>
      <td class="rw-num" data-value={row.credited}>
        {exact(row.credited, 1)}
      </td>
      <td class="rw-num">{row.claimed_value}</td>
      <td class="rw-num">{row.credited_value}</td>
    </tr>
  );
}

interface Props {
  credit: CreditState | undefined;
  rule: CreditRule;
  onRule: (rule: CreditRule) => void;
  waiting: ComponentChildren;
}

export function Credit({ credit, rule, onRule, waiting }: Props): JSX.Element {
  const most = Math.max(1, ...(credit?.rows.map((row) => row.claimed) ?? []));
  const [, , words] = rules.find(([name]) => name === rule) ?? ["", "", ""];
  return (
    <div class="rw-shared-part">
      <div class="rw-shared-head">
        <p>
          {credit ? (
            <>
              <b>{exact(credit.claimed - credit.happened)}</b> conversions are claimed more than
              once:{" "}
              <span class="rw-muted">
                {exact(credit.claimed)} claimed, {exact(credit.happened)} happened
              </span>
            </>
          ) : (
            "Conversions that several campaigns claim"
          )}
        </p>
        <OneOf
          label="Credited by"
          choices={rules.map(([name, label]) => [name, label])}
          value={rule}
          onChange={onRule}
        />
      </div>
      <p class="rw-muted">Each is credited once, {words}.</p>
      {credit ? (
        <ScrollRegion class="rw-table rw-credit" label="Claimed and credited">
          <table data-testid="credit">
            <thead>
              <tr>
                <th scope="col">Campaign</th>
                <td />
                {["Claimed", "Credited", "Value claimed", "Value credited"].map((one) => (
                  <th key={one} scope="col" class="rw-num">
                    {one}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {credit.rows.map((row, at) => (
                <Line key={at} row={row} most={most} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : (
        waiting
      )}
    </div>
  );
}
