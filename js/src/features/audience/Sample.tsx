// A few users drawn at random. They come as a reply and go with the view: no notebook or report ever holds them.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ErrorText } from "../../ui/Failure";
import { dash, exact, plural } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot } from "../../ui/view";
import type { SegmentWithReach, UserSample as Users } from "../../wire/audience";
import { useKernelReply } from "./answer";

function Table({ users, name }: { users: Users; name: string }): JSX.Element {
  return (
    <ScrollRegion class="rw-panel rw-table rw-sample" label={`A sample of ${name}`}>
      <table data-testid="sample">
        <thead>
          <tr>
            {users.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, i) =>
                i === 0 ? (
                  <th key={i} scope="row">
                    <bdi>{cell}</bdi>
                  </th>
                ) : (
                  <td key={i}>
                    {cell === null ? <span class="rw-muted">{dash}</span> : <bdi>{cell}</bdi>}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export function Sample({ head }: { head: SegmentWithReach }): JSX.Element {
  const { kernel } = useSnapshot();
  const [seed, setSeed] = useState<number | null>(null);
  const { value, failure, busy } = useKernelReply("sample", head.token, seed !== null, { seed });
  return (
    <section class="rw-section" aria-label="A sample of users">
      <div class="rw-sample-tools">
        <button
          type="button"
          class="rw-button"
          aria-disabled={busy}
          disabled={!kernel}
          data-tip={kernel ? undefined : needsKernel}
          onClick={() => busy || setSeed(seed === null ? 0 : seed + 1)}
        >
          {seed === null ? "Show a sample of users" : "New sample"}
        </button>
        {seed !== null && (
          <button type="button" class="rw-button rw-quiet" onClick={() => setSeed(null)}>
            Hide
          </button>
        )}
        {seed !== null && value && (
          <span class="rw-muted" role="status">
            {plural(value.rows.length, "user")} of {exact(head.size)}, at random (seed {seed})
            {value.left > 0 && `; ${plural(value.left, "more column")} in Python`}. Never saved with
            the notebook.
          </span>
        )}
      </div>
      {seed !== null && failure && <ErrorText failure={failure} />}
      {seed !== null && value && <Table users={value} name={head.name} />}
    </section>
  );
}
