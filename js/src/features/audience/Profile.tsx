// What sets users apart from the rest of the campaign: real differences first, the others folded away.

import type { JSX } from "preact";
import { ErrorText } from "../../ui/Failure";
import { rate, raw } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import { spaced } from "../../ui/text";
import type { ProfileRow, SegmentWithReach } from "../../wire/audience";
import { Placeholder, useKernelReply } from "./answer";
import { type Attribute, attributesOf, compared, points, valueName } from "./words";

interface Sizes {
  segment: number;
  rest: number;
}

function PairedBars({ row }: { row: ProfileRow }): JSX.Element {
  const bar = (name: string, share: number | null) =>
    share !== null && share > 0 && <i class={name} style={{ width: `${share * 100}%` }} />;
  return (
    <span class="rw-twin" aria-hidden="true">
      <span>{bar("rw-twin-own", row.share)}</span>
      <span>{bar("rw-twin-rest", row.rest_share)}</span>
    </span>
  );
}

/** The sign and an arrow carry the direction; what may be chance has no arrow. */
function Difference({ row }: { row: ProfileRow }): JSX.Element {
  if (row.difference === null) return <span class="rw-muted">–</span>;
  const words = `${points(row.difference)} pt`;
  if (!row.differs) return <span class="rw-muted">{words}</span>;
  return (
    <b>
      <span aria-hidden="true">{row.difference > 0 ? "▲" : "▼"} </span>
      {words}
      <span class="rw-offscreen">, significant</span>
    </b>
  );
}

function Row({
  row,
  sizes,
  alone,
}: {
  row: ProfileRow;
  sizes: Sizes;
  alone: boolean;
}): JSX.Element {
  return (
    <tr data-tip={compared(row, sizes)} data-differs={row.differs} data-value={raw(row.share)}>
      <th scope="row">
        <span class="rw-value" dir="auto">
          {valueName(row.value)}
        </span>
      </th>
      <td class="rw-twin-cell">
        <PairedBars row={row} />
      </td>
      <td class="rw-num">{rate(row.share)}</td>
      {!alone && <td class="rw-num">{rate(row.rest_share)}</td>}
      {!alone && (
        <td class="rw-num">
          <Difference row={row} />
        </td>
      )}
      {!alone && (
        <td class="rw-num rw-muted rw-profile-interval">
          {row.low !== null && row.high !== null && `${points(row.low)} to ${points(row.high)}`}
        </td>
      )}
    </tr>
  );
}

function ComparisonTable({
  attributes,
  sizes,
  label,
}: {
  attributes: Attribute[];
  sizes: Sizes;
  label: string;
}): JSX.Element {
  // Where the segment is everyone, there is nobody to compare with.
  const alone = sizes.rest === 0;
  return (
    <ScrollRegion class="rw-table rw-profile" label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Value</th>
            <th scope="col" class="rw-twin-cell">
              <span class="rw-offscreen">Shares drawn</span>
            </th>
            <th scope="col" class="rw-num">
              Segment
            </th>
            {!alone && (
              <>
                <th scope="col" class="rw-num">
                  Rest
                </th>
                <th scope="col" class="rw-num">
                  Difference
                </th>
                <th scope="col" class="rw-num rw-profile-interval">
                  95 % interval
                </th>
              </>
            )}
          </tr>
        </thead>
        {attributes.map((one) => (
          <tbody key={one.name} data-attribute={one.name}>
            <tr>
              <th scope="rowgroup" colSpan={alone ? 3 : 6} class="rw-attribute">
                {spaced(one.name)}
              </th>
            </tr>
            {one.rows.map((row) => (
              <Row key={row.value} row={row} sizes={sizes} alone={alone} />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollRegion>
  );
}

function ProfileTables({
  head,
  rows,
}: {
  head: SegmentWithReach;
  rows: ProfileRow[];
}): JSX.Element {
  const attributes = attributesOf(rows);
  const first = attributes[0];
  const sizes = {
    segment: head.size,
    rest: first ? first.rows.reduce((sum, row) => sum + row.rest, 0) : 0,
  };
  const real = attributes.filter((one) => one.differs);
  const others = attributes.filter((one) => !one.differs);
  if (sizes.rest === 0) {
    return (
      <>
        <p class="rw-muted">
          The segment holds everyone in its range, so there is nobody to compare it with.
        </p>
        <ComparisonTable attributes={attributes} sizes={sizes} label="Profile" />
      </>
    );
  }
  return (
    <>
      <p class="rw-muted rw-legend">
        <i class="rw-swatch rw-swatch-own" />
        segment <i class="rw-swatch" />
        rest of the campaign
        <span data-tip="Two-sided test of two shares (Fisher’s exact where cells are small), adjusted over all rows by Benjamini and Hochberg; intervals by Newcombe">
          ▲▼ significant: at most one in twenty of the rows so marked is expected to be chance
        </span>
      </p>
      {real.length > 0 ? (
        <ComparisonTable attributes={real} sizes={sizes} label="Attributes that differ" />
      ) : (
        <p>These users do not differ significantly from the rest of the campaign.</p>
      )}
      {others.length > 0 && (
        <details class="rw-details">
          <summary>
            No significant difference{" "}
            <span class="rw-muted">{others.map((one) => spaced(one.name)).join(", ")}</span>
          </summary>
          <ComparisonTable
            attributes={others}
            sizes={sizes}
            label="Attributes that do not differ"
          />
        </details>
      )}
    </>
  );
}

export function Profile({ head }: { head: SegmentWithReach }): JSX.Element {
  const { value, failure, busy } = useKernelReply("profile", head.token, true);
  return (
    <section class="rw-section" aria-label="Profile" aria-busy={busy} data-testid="profile">
      <h4>Profile, compared with the rest of the campaign</h4>
      {failure && <ErrorText failure={failure} />}
      {value ? <ProfileTables head={head} rows={value} /> : !failure && <Placeholder rows={6} />}
    </section>
  );
}
