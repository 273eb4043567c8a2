import { describe, expect, it } from "vitest";
import { HostModel } from "../../src/saved/host";
import { closeAction, rememberLine, wasClosed } from "../../src/ui/closing";
import { decode } from "../../src/wire/arrow";
import type { Selection } from "../../src/wire/selection";
import { Store } from "../../src/wire/store";
import { metricBytes } from "../support/bytes";
import { state } from "../support/fixture";

function opened(selected: Partial<Selection>, conversions: number): Store {
  const given = state();
  const own = { ...(given._selection as Selection), ...selected };
  const rows = [{ scope: "campaign", id: "", metric: "conversions", value: conversions }];
  const model = new HostModel(
    { ...given, _selection: own, _metrics: metricBytes(rows) },
    { standalone: false },
  );
  const store = new Store(model, new AbortController().signal, decode);
  rememberLine(store);
  return store;
}

const line = ({ snapshot }: Store): (string | null)[] => [
  snapshot.selection.action,
  snapshot.selection.channel,
  snapshot.selection.metric,
];
const open = (store: Store, action: string): void =>
  store.select({ action, metric: "users_received", channel: null });

describe("closing an action", () => {
  it("returns to what was selected before the first of the actions was opened", () => {
    const store = opened({ metric: "opened", channel: "email" }, 3);
    open(store, "mail");
    open(store, "note");
    store.select({ metric: "sent" });
    closeAction(store);
    expect(line(store)).toEqual([null, "email", "opened"]);
    expect(wasClosed(store)).toBe(true);
  });
  it("is not what a click on a number of the campaign does", () => {
    const store = opened({ metric: "users" }, 3);
    open(store, "mail");
    closeAction(store);
    open(store, "mail");
    store.select({ action: null, metric: "exits" });
    expect(wasClosed(store)).toBe(false);
    open(store, "mail");
    closeAction(store);
    expect(line(store)).toEqual([null, null, "exits"]);
  });
  it("goes to the campaign's first chart where nothing of it was selected before", () => {
    const action = { action: "mail", metric: "users_received" };
    const some = opened(action, 3);
    closeAction(some);
    expect(line(some)).toEqual([null, null, "conversions"]);
    const none = opened(action, 0);
    closeAction(none);
    expect(line(none)).toEqual([null, null, "users"]);
  });
});
