import { bool, float64, int64, list, utf8 } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { revive } from "../../src/saved/host";
import { decode, exactBytes } from "../../src/wire/arrow";
import { Metrics, noMetric, seriesRows } from "../../src/wire/frames";
import { ipc, metricBytes, seriesBytes } from "../support/bytes";
import { points } from "../support/fixture";
import { polarsStream } from "../support/polars";

/** The bytes somewhere in a larger buffer, as hosts hand them over. */
function inside(bytes: Uint8Array, offset: number): DataView {
  const buffer = new ArrayBuffer(bytes.length + offset + 5);
  new Uint8Array(buffer).set(bytes, offset);
  return new DataView(buffer, offset, bytes.length);
}

describe("decode", () => {
  it.each([0, 1, 3, 4, 7])("reads a view that starts at byte %d of a larger buffer", (offset) => {
    const rows = seriesRows(decode(inside(seriesBytes(points()), offset)));
    expect(rows).toHaveLength(42);
    expect(rows[0]).toEqual({ ...points()[0], by: null });
  });
  it("keeps integers past 2^53 as text and smaller ones as numbers", () => {
    const bytes = ipc(
      { user_id: [9007199254740993n, 42n], name: ["a", "b"] },
      { user_id: int64(), name: utf8() },
    );
    expect(decode(bytes)).toEqual([
      { user_id: "9007199254740993", name: "a" },
      { user_id: 42, name: "b" },
    ]);
  });
  it("reads what Polars writes: categories, enums, string views, nulls", () => {
    const rows = decode(revive({ base64: polarsStream }) as DataView);
    expect(rows[1]).toEqual({
      scope: "channel",
      action_id: null,
      channel: "email",
      metric: "sent",
      value: 48896,
      n: "9007199254740993",
    });
    expect(rows[2]!.n).toBeNull();
    expect(new Metrics(rows).get("action", "a1", "open_rate").value).toBe(0.5);
  });
  it("gives no rows for no bytes", () => {
    expect(decode(null)).toEqual([]);
    expect(decode(new DataView(new ArrayBuffer(0)))).toEqual([]);
  });
  it("takes rows that a saved page made itself as they are", () => {
    const rows = [{ metric: "users", value: 3 }];
    expect(decode(rows)).toBe(rows);
  });
  it("keeps the last integer that is exact as a number, and the next one as text", () => {
    const ids = [9007199254740991n, 9007199254740992n, -9007199254740991n, -9007199254740992n];
    expect(decode(ipc({ id: ids }, { id: int64() })).map((row) => row.id)).toEqual([
      9007199254740991,
      "9007199254740992",
      -9007199254740991,
      "-9007199254740992",
    ]);
  });
  it("has no number for what is none", () => {
    const values = [0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1.5];
    expect(decode(ipc({ value: values }, { value: float64() })).map((row) => row.value)).toEqual([
      0,
      null,
      null,
      null,
      -1.5,
    ]);
  });
  it("keeps yes and no, and writes out what is no plain value", () => {
    const bytes = ipc(
      { open: [true, false, null], tags: [["a", "b"], [], null] },
      { open: bool(), tags: list(utf8()) },
    );
    expect(decode(bytes)).toEqual([
      { open: true, tags: "a,b" },
      { open: false, tags: "" },
      { open: null, tags: null },
    ]);
  });
  it("gives exactly the bytes of a buffer, of a part of one, and of nothing", () => {
    const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
    const copy = exactBytes(buffer);
    new Uint8Array(buffer)[0] = 9;
    expect([...copy]).toEqual([1, 2, 3, 4]);
    expect([...exactBytes(new DataView(buffer, 1, 2))]).toEqual([2, 3]);
    expect(exactBytes(undefined)).toEqual(new Uint8Array(0));
    expect(exactBytes(null)).toEqual(new Uint8Array(0));
  });
  it("copies rather than shares", () => {
    const view = inside(new Uint8Array([1, 2, 3]), 2);
    const copy = exactBytes(view);
    view.setUint8(0, 9);
    expect([...copy]).toEqual([1, 2, 3]);
  });
});

describe("Metrics", () => {
  const metricsOf = () =>
    new Metrics(
      decode(
        metricBytes([
          { scope: "campaign", id: "", metric: "users", value: 3, previous: 2 },
          { scope: "channel", id: "email", metric: "sent", value: 5 },
          { scope: "action", id: "email", metric: "sent", value: 7 },
          { scope: "action", id: 'a","b', metric: "sent", value: 9 },
          { scope: "campaign", id: "", metric: "conversion_rate", value: null, of: 0, over: 0 },
        ]),
      ),
    );
  it("tells scopes apart, also when ids are equal", () => {
    const metrics = metricsOf();
    expect(metrics.get("channel", "email", "sent").value).toBe(5);
    expect(metrics.get("action", "email", "sent").value).toBe(7);
    expect(metrics.get("action", 'a","b', "sent").value).toBe(9);
  });
  it("keeps null apart from 0 and from not there", () => {
    const metrics = metricsOf();
    expect(metrics.get("campaign", "", "conversion_rate")).toMatchObject({
      value: null,
      denominator: 0,
    });
    expect(metrics.has("campaign", "", "conversion_rate")).toBe(true);
    expect(metrics.has("campaign", "", "exits")).toBe(false);
    expect(metrics.get("campaign", "", "exits")).toEqual(noMetric);
  });
});
