// The table: heads that sort, a row for each campaign, and the sums of what adds up.
import { Fragment, type JSX, type TargetedKeyboardEvent } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { exact, perCent, plural, shortValue } from "../../ui/format";
import { Mark } from "../../ui/icons";
import { usePaper } from "../../ui/paper";
import { useView } from "../../ui/view";
import type { CampaignChoice, CampaignColumn, CampaignPart } from "../../wire/campaigns";
import { place, type Scale, scaleFrom } from "../experiment/scale";
import { cellCount, cellsOf, fitting, type Head, nameHead, useLess } from "./columns";
import { Detail } from "./Detail";
import { type Placed, rateTop, totals } from "./lines";
import { Row } from "./Row";
import { scopeOf } from "./useCampaigns";

interface HeadProps {
  head: Head;
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
}

/** Names go up at first, numbers down: the most is what one looks for. */
const downFirst = (column: CampaignColumn): boolean => column !== "name" && column !== "channels";

function SortHead({ head, choice, choose }: HeadProps): JSX.Element {
  const { column, label, unit, numeric, text } = head;
  const sorted = choice.sort === column;
  const press = (): void =>
    choose({
      sort: column,
      descending: sorted ? !choice.descending : downFirst(column),
    });
  return (
    <th
      scope="col"
      class={`rw-col-${column}${numeric ? " rw-num" : ""}`}
      aria-sort={sorted ? (choice.descending ? "descending" : "ascending") : undefined}
    >
      <button type="button" class="rw-sort" data-sort={column} data-tip={text} onClick={press}>
        {label}
        {sorted && (
          <span aria-hidden="true" class="rw-sort-arrow">
            {choice.descending ? "↓" : "↑"}
          </span>
        )}
      </button>
      {unit && <small>{unit}</small>}
    </th>
  );
}

/** A column's scale, once for all rows: where its ticks stand, as shares of its length, and what they say. */
function ScaleHead({ name, ticks }: { name: string; ticks: [number, string][] }): JSX.Element {
  return (
    <td class={`rw-col-${name}`} aria-hidden="true">
      <span class="rw-ticks">
        {ticks.map(([at, text]) => (
          <span key={text} style={{ left: `${at * 100}%` }}>
            {text}
          </span>
        ))}
      </span>
    </td>
  );
}

const summed = ["entries", "value"];

/** Cells side by side without a sum, of which the longest run has room for the note. */
function runs(cells: string[]): string[][] {
  const found: string[][] = [];
  let run: string[] | null = null;
  for (const cell of cells) {
    if (run && !summed.includes(cell)) run.push(cell);
    else found.push([cell]);
    run = summed.includes(cell) ? null : (found.at(-1) ?? null);
  }
  return found;
}

/** The note takes the room of so many cells. */
const leastForNote = 3;

function Foot({ lines, cells }: { lines: Placed[]; cells: string[] }): JSX.Element {
  const { entries, value, currency, without } = totals(lines);
  const left = without > 0 && value !== null ? ` of ${lines.length - without} with a value` : "";
  const parts = runs(cells);
  const longest = Math.max(leastForNote, ...parts.map((run) => run.length));
  const noted = parts.findIndex((run) => run.length === longest);
  const sums: Record<string, JSX.Element> = {
    entries: (
      <td key="entries" class="rw-num rw-col-entries" data-value={entries ?? ""}>
        {exact(entries)}
      </td>
    ),
    value: (
      <td key="value" class="rw-num rw-col-value" data-value={value ?? ""}>
        {value === null
          ? ""
          : shortValue(
              Math.abs(value) < 10_000 ? value : Math.round(value),
              { unit: "amount", currency },
              Number.POSITIVE_INFINITY,
            )}
        {left && <small>{left}</small>}
      </td>
    ),
  };
  return (
    <tfoot>
      <tr data-testid="campaign-totals">
        <td class="rw-col-fold" />
        <th scope="row" class="rw-col-name">
          {plural(lines.length, "campaign")}
        </th>
        {parts.map((run, at) =>
          at === noted ? (
            <td key={at} colSpan={run.length} class="rw-col-note">
              <span class="rw-muted">
                Entries are summed, and values in one currency; rates and users are not.
              </span>
            </td>
          ) : (
            run.map((cell) => sums[cell] ?? <td key={cell} class={`rw-col-${cell}`} />)
          ),
        )}
      </tr>
    </tfoot>
  );
}

/** Arrow keys move from name to name. */
export function move(event: TargetedKeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.target as Element).matches("[data-row]")) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const next = names[names.indexOf(event.target as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

interface Props {
  lines: Placed[];
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  /** Those of all columns that can be shown. */
  heads: Head[];
  busy: boolean;
  /** Values are those that are credited. */
  credited: boolean;
  onOpen: (line: Placed, part?: CampaignPart) => void;
}

/** The ticks that a narrow column has room for: its ends, and 0 between them. */
const ends = ({ low, high }: Scale): number[] => [...new Set([low, 0, high])];

export function CampaignTable(props: Props): JSX.Element {
  const { lines, choice, choose, busy, onOpen } = props;
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const id = useId();
  const { width } = useView();
  const marks = width === "wide" || width === "compact";
  const box = useRef<HTMLDivElement>(null);
  const columns = fitting(choice.columns, width, useLess(box, choice.columns));
  const cells = columns.flatMap((column) => cellsOf(column, marks));
  const across = 2 + cellCount(columns, marks);
  const paper = usePaper();
  const lifts = lines.flatMap(({ numbers }) => (numbers?.lift ? [numbers.lift] : []));
  const reach = lifts.flatMap((one) => [one.low ?? one.value, one.high ?? one.value]);
  const lift = scaleFrom(Math.min(0, ...reach), Math.max(0, ...reach), 3);
  const top = rateTop(lines);
  const points = (share: number): string => exact(Math.round(share * 1000) / 10).replace("-", "−");
  const toggle = (place: number): void => {
    const next = new Set(unfolded);
    if (!next.delete(place)) next.add(place);
    setUnfolded(next);
  };
  return (
    <div class="rw-campaigns-box" aria-busy={busy} ref={box}>
      <table class="rw-campaigns-table" data-testid="campaigns" onKeyDown={move}>
        <caption class="rw-offscreen">Campaigns</caption>
        <thead>
          <tr>
            <td class="rw-col-fold" />
            <SortHead head={nameHead} choice={choice} choose={choose} />
            {columns.map((column) => {
              const head = props.heads.find((one) => one.column === column);
              if (!head) return null;
              const credited = column === "value" && props.credited;
              return (
                <Fragment key={column}>
                  {marks && column === "lift" && (
                    <ScaleHead
                      name="liftmark"
                      ticks={(lifts[0] ? ends(lift) : []).map((one) => [
                        place(lift, one),
                        points(one),
                      ])}
                    />
                  )}
                  <SortHead
                    head={credited ? { ...head, unit: "credited" } : head}
                    choice={choice}
                    choose={choose}
                  />
                  {marks && column === "rate" && (
                    <ScaleHead
                      name="ratebar"
                      ticks={[0, 1].map((one) => [one, perCent(exact(one * top * 100))])}
                    />
                  )}
                </Fragment>
              );
            })}
            {columns.length === 0 && <td />}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const open = unfolded.has(line.place) && line.numbers !== null && !paper;
            const panel = `${id}-${line.place}`;
            return (
              <Fragment key={line.place}>
                <Row
                  line={line}
                  scales={{ top, lift }}
                  open={open}
                  panel={panel}
                  busy={busy}
                  columns={columns}
                  marks={marks}
                  onFold={() => toggle(line.place)}
                  onOpen={() => onOpen(line)}
                />
                {open && (
                  <Detail
                    line={line}
                    scope={scopeOf(choice)}
                    panel={panel}
                    across={across}
                    left={props.heads.filter(
                      ({ column }) => choice.columns.includes(column) && !columns.includes(column),
                    )}
                    onOpen={(part) => onOpen(line, part)}
                  />
                )}
              </Fragment>
            );
          })}
          {lines.length === 0 && (
            <tr>
              <td colSpan={across} class="rw-muted rw-campaigns-none">
                <Mark name="warn" /> No campaign matches. Clear the search or remove a filter.
              </td>
            </tr>
          )}
        </tbody>
        {lines.length > 0 && <Foot lines={lines} cells={cells} />}
      </table>
    </div>
  );
}
