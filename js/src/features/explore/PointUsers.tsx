// The users of what was picked in the chart: how many they are, a way to open them, and the Python that finds them.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CloseButton, CopyButton, quiet } from "../../ui/Controls";
import { plural } from "../../ui/format";
import { UsersButton, useNoUsers } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { SeriesRow } from "../../wire/chart";
import type { PointUsers as Found, PointRequest } from "../../wire/requests";

/** Some intervals, and one of the groups. */
export interface Picked {
  first: number;
  last: number;
  by: string | null;
}

interface Props {
  picked: Picked;
  rows: SeriesRow[];
  onClose: () => void;
}

/** "on Sun 15 Mar 2026", "from Sun 15 Mar 2026 to Tue 17 Mar 2026" */
function whenWords(rows: SeriesRow[], { first, last }: Picked, every: string): string {
  const startOf = (time: number): string => rows.find((row) => row.time_ms === time)?.start ?? "";
  if (first !== last) return `from ${startOf(first)} to ${startOf(last)}`;
  return `${every === "1d" ? "on" : "in"} ${startOf(first)}`;
}

export function PointUsers({ picked, rows, onClose }: Props): JSX.Element {
  const { store } = useView();
  const { chart } = useSnapshot();
  const why = useNoUsers();
  const [answer, setAnswer] = useState<{ of: string; found: Found } | null>(null);
  const [failure, setFailure] = useState("");
  const { metric, action, channel, by, cumulative } = chart.key;
  const { first, last, by: group } = picked;
  const question: PointRequest = {
    of: "point",
    ...{ metric, action, channel, first, last, every: chart.every, cumulative, by, group },
  };
  const key = JSON.stringify(question);
  // The answer to what was asked before is of other days.
  const found = answer?.of === key ? answer.found : null;
  useEffect(() => {
    setFailure("");
    if (why) return;
    let current = true;
    store.ask("point", { ...question }).then(
      (reply) => current && setAnswer({ of: key, found: reply }),
      (error: unknown) => current && setFailure((error as Error).message),
    );
    return () => {
      current = false;
    };
  }, [key, why]);
  const when = whenWords(rows, picked, chart.every);
  return (
    <div class="rw-zoomed rw-point" role="status" data-testid="point-users">
      <span>
        <b>{found ? plural(found.users, "user") : "Users"}</b> {when}
        {group !== null && (
          <>
            {" "}
            · <bdi>{group}</bdi>
          </>
        )}
      </span>
      {failure || why ? (
        <span class="rw-muted">{failure || why}</span>
      ) : (
        <>
          <UsersButton class={quiet} question={question} testid="open-point">
            Open
          </UsersButton>
          {found && (
            <CopyButton label={`Copy code: ${found.code}`} text={() => found.code}>
              Copy code
            </CopyButton>
          )}
        </>
      )}
      <CloseButton label="Close the users of this point" onClose={onClose} />
    </div>
  );
}
