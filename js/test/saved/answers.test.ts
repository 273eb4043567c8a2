import { describe, expect, it } from "vitest";
import { SavedAnswers } from "../../src/saved/answers";
import type { Page, SavedView, State } from "../../src/saved/page";
import { decode } from "../../src/wire/arrow";
import type { SeriesRow } from "../../src/wire/chart";
import type { Selection } from "../../src/wire/selection";
import { metricBytes, ofNoRate } from "../support/bytes";
import { day, first } from "../support/days";
import { selection as given, glossary, state } from "../support/fixture";

const selection: Selection = {
  ...given,
  compare: false,
  metric: "users",
  every: "1d",
  time_zone: "UTC",
};
const bytes = metricBytes([{ scope: "campaign", id: "", metric: "users", value: 9 }]);

const chart = (caption: string) => ({
  key: {
    metric: "",
    action: null,
    channel: null,
    every: "1d",
    cumulative: false,
    by: null,
    compare: false,
  },
  every: "1d",
  title: "",
  caption,
  zone_label: "UTC",
  spec: { axis: { labelExpr: "", values: [] } },
});
const model = (axis: number, open: number, caption = "Days in UTC") => ({
  chart: chart(caption),
  axis,
  open,
});
const wire = state() as unknown as SavedView["state"];
const block = (every: string, cumulative: boolean, axis: number, open: number) => ({
  every,
  cumulative,
  words: `, ${cumulative ? "cumulative by" : "per"} ${every === "1d" ? "day" : "week"}`,
  lines: { "campaign||users": axis, "campaign||rate": [0, 1] as [number, number] },
  missing: "",
  models: Array.from({ length: 8 }, () => model(axis, open)),
});

const view = (more: Partial<SavedView>): SavedView => ({
  selection: { range: "whole", start: null, end: null, time_zone: "UTC" },
  state: {
    ...wire,
    _glossary: glossary,
    _status: { ...wire._status, zone: "UTC" },
    _flow: { arms: [], held_back: null },
  },
  metrics: [0, bytes.length],
  blocks: [block("1d", false, 0, 3), block("1d", true, 0, 3), block("1w", false, 1, 2)],
  whole: [],
  adds: ["campaign||users"],
  cells: {},
  ...more,
});

const axes = [
  { time_ms: [0, 1, 2, 3].map((n) => first + n * day), start: ["1", "2", "3", "4"] },
  { time_ms: [first], start: ["week"] },
  { time_ms: [first + day, first + 2 * day], start: ["2", "3"] },
];
const page: Page = {
  modules: {},
  names: { "campaign||users": ["Users", 0], "campaign||rate": ["Rate", 1] },
  axes,
  pool: [[5, 6, 7, 8], [26], [0, 2, 4, 8]],
  selection,
  locked: false,
  looks: [
    view({}),
    view({
      selection: { range: "2d", time_zone: "UTC" },
      blocks: [{ ...block("1d", false, 2, 2), lines: { "campaign||users": 0 } }],
    }),
    view({
      selection: { range: "whole", start: null, end: null, time_zone: "Asia/Tokyo" },
      blocks: [block("1d", true, 0, 3), block("1w", false, 1, 2)],
    }),
  ],
};
const cut = ([start, size]: [number, number]): Uint8Array => bytes.slice(start, start + size);
const answersOf = (more: Partial<Page> = {}): SavedAnswers =>
  new SavedAnswers({ page: { ...page, ...more }, cut, text: () => "" });
const values = (line: State | undefined): (number | null)[] | undefined =>
  (line?._series as SeriesRow[] | undefined)?.map(({ value }) => value);

describe("the answers of a saved page", () => {
  it("are the view whose selection matches, whatever else is selected", () => {
    const answer = answersOf().find({ ...selection, metric: "anything" })!;
    const numbers = answer.numbers();
    expect(decode(numbers._metrics as DataView)).toMatchObject([{ metric: "users", value: 9 }]);
    expect(numbers._flow).toEqual({ arms: [], held_back: null });
    expect(answersOf().find({ ...selection, time_zone: "Europe/Rome" })).toBeUndefined();
    expect(answersOf().find({ ...selection, range: "30d" })).toBeUndefined();
  });

  it("fill a chart with a line of the pool", () => {
    const answer = answersOf().find(selection)!;
    const line = answer.line(selection)!;
    expect(line._series).toEqual(
      [5, 6, 7, 8].map((value, at) => ({
        time_ms: first + at * day,
        start: String(at + 1),
        value,
        previous: null,
        by: null,
        open: at === 3,
        ...ofNoRate,
      })),
    );
    expect(line._chart).toMatchObject({
      title: "Users, per day",
      caption: "Days in UTC",
      key: { metric: "users", every: "1d", cumulative: false, by: null, compare: false },
      spec: { axis: { values: [] }, description: "Users, per day" },
    });
    expect(values(answer.line({ ...selection, metric: "rate" }))).toEqual([
      5 / 26,
      null,
      null,
      null,
    ]);
    const weeks = answer.line({ ...selection, every: "1w" })!;
    expect([values(weeks), (weeks._chart as { title: string }).title]).toEqual([
      [26],
      "Users, per week",
    ]);
    const total = answer.line({ ...selection, cumulative: true })!;
    expect((total._chart as { title: string }).title).toBe("Users, cumulative by day");
  });

  it("say of the whole campaign that there is no period before it", () => {
    const compared = answersOf()
      .find(selection)!
      .line({ ...selection, compare: true })!;
    expect((compared._chart as { caption: string }).caption).toBe(
      "Days in UTC · choose a range to compare it with the period before",
    );
  });

  it("compare a named range with the days before it", () => {
    const asked = { ...selection, range: "2d", compare: true };
    const compared = answersOf().find(asked)!.line(asked)!;
    expect(compared._series).toMatchObject([
      { start: "2", value: 6, previous: 0 },
      { start: "3", value: 7, previous: 5 },
    ]);
    const others = [...axes.slice(0, 2), { time_ms: [first + 1, first + 2], start: ["x", "y"] }];
    const elsewhere = answersOf({ axes: others });
    expect(elsewhere.find(asked)!.line(asked)).toBeUndefined();
    expect(
      answersOf({ looks: page.looks.slice(1) })
        .find(asked)!
        .line(asked),
    ).toBeUndefined();
    const daily = page.looks[1]!.blocks.map((one) => ({ ...one, every: "1w" }));
    const weekly = answersOf({ looks: [page.looks[0]!, { ...page.looks[1]!, blocks: daily }] });
    expect(weekly.find(asked)!.line(asked)).toBeUndefined();
  });

  it("have no line where the page has none", () => {
    const answer = answersOf().find(selection)!;
    expect(answer.line({ ...selection, metric: "unknown" })).toBeUndefined();
    expect(answer.line({ ...selection, every: "1mo" })).toBeUndefined();
    expect(answer.line({ ...selection, every: "1w", cumulative: true })).toBeUndefined();
    expect(answer.line({ ...selection, by: "platform" })).toBeUndefined();
    const names = { ...page.names, "campaign||engaged": ["Engaged", 0] as [string, number] };
    expect(
      answersOf({ names })
        .find(selection)!
        .line({ ...selection, metric: "engaged" }),
    ).toBeUndefined();
  });

  it("say why a line of users is missing, where the page knows", () => {
    const names = { ...page.names, "campaign||engaged": ["Engaged", 0] as [string, number] };
    const blocks = [{ ...block("1d", false, 0, 3), missing: "Users are kept by week." }];
    const answer = answersOf({ names, looks: [view({ blocks })] }).find(selection)!;
    const asked = { ...selection, metric: "engaged" };
    expect(answer.line(asked)).toEqual({
      _chart: {
        key: expect.objectContaining({ metric: "engaged" }),
        title: "Engaged, per day",
        missing: "Users are kept by week.",
      },
      _series: null,
    });
    expect(values(answer.line(selection))).toEqual([5, 6, 7, 8]);
  });

  it("hand over a breakdown as it was kept", () => {
    const kept = {
      ...chart("By platform"),
      key: { ...chart("").key, metric: "users", by: "platform" },
    };
    const whole = [{ chart: kept, series: [0, bytes.length] as [number, number] }];
    const answer = answersOf({ looks: [view({ whole })] }).find(selection)!;
    const line = answer.line({ ...selection, by: "platform" })!;
    expect(line._chart).toEqual(kept);
    expect((line._series as DataView).byteLength).toBe(bytes.length);
    expect(answer.line({ ...selection, by: "language" })).toBeUndefined();
  });

  it("put a custom range together from the days of its zone", () => {
    const asked = { ...selection, range: "custom", start: "2026-03-02", end: "2026-03-03" };
    const answer = answersOf().find(asked)!;
    expect(answer.numbers()._metrics).toMatchObject([{ metric: "users", value: 13, previous: 5 }]);
    expect(values(answer.line(asked))).toEqual([6, 7]);
    for (const other of [
      { start: null },
      { end: null },
      { start: "2026-04-01", end: "2026-04-02" },
      { time_zone: "Asia/Tokyo" },
    ])
      expect(answersOf().find({ ...asked, ...other })).toBeUndefined();
    expect(answersOf().find({ ...asked, range: "30d" })).toBeUndefined();
  });
});
