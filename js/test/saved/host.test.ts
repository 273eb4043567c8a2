// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { HostModel, revive } from "../../src/saved/host";
import { openPage } from "../../src/saved/open_page";
import type { Selection } from "../../src/wire/selection";
import { selection, state } from "../support/fixture";

describe("HostModel", () => {
  it("turns base64 into bytes and leaves everything else", () => {
    const view = revive({ base64: btoa("abc") }) as DataView;
    expect([view.getUint8(0), view.byteLength]).toEqual([97, 3]);
    expect(revive({ base64: "x", more: 1 })).toEqual({ base64: "x", more: 1 });
    expect(revive("text")).toBe("text");
  });
  it("calls back without arguments, after all values of an update are there", () => {
    const model = new HostModel({ a: 1, b: 1 });
    const seen: unknown[] = [];
    model.on(
      "change:a",
      (...given: unknown[]) => void seen.push([given.length, model.get("a"), model.get("b")]),
    );
    model.update({ a: 2, b: 2 });
    expect(seen).toEqual([[0, 2, 2]]);
  });
  it("takes callbacks off again", () => {
    const model = new HostModel({ a: 1 });
    const [one, two] = [vi.fn(), vi.fn()];
    model.on("change:a", one);
    model.on("change:a", two);
    model.off("change:a", one);
    model.set("a", 2);
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([0, 1]);
    model.off();
    expect(model.listeners()).toBe(0);
  });
  it("refuses in words, since no kernel is there", async () => {
    const model = new HostModel({});
    const replies: unknown[] = [];
    model.on("msg:custom", (message: unknown) => void replies.push(message));
    model.send({ id: "1", kind: "segment" });
    await Promise.resolve();
    expect(replies).toMatchObject([{ id: "1", ok: false }]);
  });
});

describe("a choice", () => {
  const save = (model: HostModel, patch: Partial<Selection>): void => {
    model.set("_selection", { ...(model.get("_selection") as Selection), ...patch });
    model.save_changes();
  };
  it("lets one look around, but takes back what would need a kernel", () => {
    const model = new HostModel({ _selection: selection });
    save(model, { metric: "conversions", action: "a1" });
    expect(model.get("_selection")).toMatchObject({ metric: "conversions", action: "a1" });
    save(model, { range: "7d" });
    expect(model.get("_selection")).toMatchObject({ range: "whole", metric: "conversions" });
  });
});

describe("openPage", () => {
  it("links the selections of all widgets and survives a missing target", async () => {
    const page = {
      modules: {},
      widgets: [
        { module: "x", target: "one", state: state() },
        { module: "x", target: "two", state: state() },
      ],
    };
    const models = await openPage(page, new AbortController().signal);
    models.one!.set("_selection", { ...selection, metric: "exits" });
    models.one!.save_changes();
    expect(models.two!.get("_selection")).toMatchObject({ metric: "exits" });
  });
});
