// Users in several campaigns: each two as a matrix, and exact combinations as bars. A press takes the users.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { OneOf } from "../../ui/Controls";
import { exact, plural, rate } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import { useNoUsers, useSegments } from "../../ui/Segments";
import type { OverlapState } from "../../wire/campaigns";

/** What a cell counts: users of both, or of the row's and not of the column's. */
type Kind = "both" | "only";

const share = (overlap: OverlapState, row: number, column: number, kind: Kind): number | null => {
  const users = cell(overlap, row, column, kind);
  const all = overlap.users[row] ?? 0;
  return all > 0 ? users / all : null;
};

function cell(overlap: OverlapState, row: number, column: number, kind: Kind): number {
  const both = overlap.both[row]?.[column] ?? 0;
  return kind === "both" ? both : (overlap.users[row] ?? 0) - both;
}

/** How strongly a share is shaded: text on it keeps its contrast. */
const shade = (value: number | null): string =>
  `color-mix(in srgb, var(--rw-users) ${Math.round((value ?? 0) * 45)}%, var(--rw-bg))`;

interface CellProps {
  overlap: OverlapState;
  row: number;
  column: number;
  kind: Kind;
  closed: string;
}

function Cell({ overlap, row, column, kind, closed }: CellProps): JSX.Element {
  const { ask, busy } = useSegments();
  const [one, other] = [overlap.names[row] ?? "", overlap.names[column] ?? ""];
  const users = cell(overlap, row, column, kind);
  const part = share(overlap, row, column, kind);
  const words = kind === "both" ? `In ${one} and ${other}` : `In ${one}, not in ${other}`;
  const label = `${words}: ${plural(users, "user")}, ${rate(part)} of ${one}`;
  return (
    <td style={{ background: shade(part) }}>
      <button
        type="button"
        class="rw-overlap-cell"
        aria-label={label}
        title={closed || label}
        aria-disabled={busy}
        disabled={closed !== ""}
        data-cell={`${row},${column}`}
        data-value={users}
        onClick={() =>
          ask(
            kind === "both"
              ? { of: "campaigns", inside: [row, column], outside: [] }
              : { of: "campaigns", inside: [row], outside: [column] },
          )
        }
      >
        {rate(part)}
      </button>
    </td>
  );
}

function Matrix({ overlap, kind }: { overlap: OverlapState; kind: Kind }): JSX.Element {
  const closed = useNoUsers();
  const { names, users } = overlap;
  return (
    <ScrollRegion class="rw-overlap-matrix" label="Users of each two campaigns">
      <table data-testid="overlap-matrix">
        <thead>
          <tr>
            <td />
            {names.map((name, column) => (
              <th key={column} scope="col" title={name}>
                <span dir="auto">{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={row}>
              <th scope="row" title={name}>
                <span class="rw-clip" dir="auto">
                  {name}
                </span>
                <small>{plural(users[row] ?? 0, "user")}</small>
              </th>
              {names.map((_, column) =>
                row === column ? (
                  <td key={column} class="rw-overlap-self" />
                ) : (
                  <Cell key={column} {...{ overlap, row, column, kind, closed }} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** At most so many bars. */
const most = 16;

/** The campaigns of a set; if it has nearly all, those that are missing, which a long list would hide. */
function nameOf(campaigns: number[], names: string[]): string {
  const inside = campaigns.map((place) => names[place]);
  const lacking = names.filter((_, place) => !campaigns.includes(place));
  if (inside.length < 4 || lacking.length > 2) return inside.join(" · ");
  return lacking.length > 0 ? `All but ${lacking.join(" · ")}` : "All";
}

function Sets({ overlap }: { overlap: OverlapState }): JSX.Element | null {
  const { ask } = useSegments();
  const closed = useNoUsers();
  const { names } = overlap;
  const sets = overlap.sets.filter((one) => one.campaigns.length > 1).slice(0, most);
  if (sets.length === 0) return null;
  const largest = Math.max(...sets.map((one) => one.users));
  const places = names.map((_, place) => place);
  return (
    <div class="rw-sets">
      <h4>In exactly these campaigns</h4>
      <ol data-testid="overlap-sets">
        {sets.map(({ campaigns, users }) => (
          <li key={campaigns.join()}>
            <button
              type="button"
              class="rw-set"
              disabled={closed !== ""}
              title={closed || undefined}
              data-value={users}
              onClick={() =>
                ask({
                  of: "campaigns",
                  inside: campaigns,
                  outside: places.filter((place) => !campaigns.includes(place)),
                })
              }
            >
              <span class="rw-clip">
                <b>{campaigns.length}</b> <bdi>{nameOf(campaigns, names)}</bdi>
              </span>
              <span class="rw-set-bar" aria-hidden="true">
                <i style={{ width: `${(users / largest) * 100}%` }} />
              </span>
              <span class="rw-num">{exact(users)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

export function Overlap({ overlap }: { overlap: OverlapState }): JSX.Element {
  const [kind, setKind] = useState<Kind>("both");
  const kinds: [Kind, string][] = [
    ["both", "In both"],
    ["only", "In the row’s, not in the column’s"],
  ];
  return (
    <div class="rw-shared-part">
      <div class="rw-shared-head">
        <p>
          <b>{rate(overlap.any ? overlap.several / overlap.any : null)}</b> of users are in more
          than one campaign:{" "}
          <span class="rw-muted">
            {exact(overlap.several)} of {exact(overlap.any)}
          </span>
        </p>
        <OneOf label="What a cell counts" choices={kinds} value={kind} onChange={setKind} />
      </div>
      <p class="rw-muted">Shares of the row’s users. Press a cell to take its users.</p>
      <div class="rw-overlap-both">
        <Matrix overlap={overlap} kind={kind} />
        <Sets overlap={overlap} />
      </div>
    </div>
  );
}
