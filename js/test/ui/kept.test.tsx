// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { HostModel } from "../../src/saved/host";
import { Fold, useKept } from "../../src/ui/kept";
import { widget } from "../../src/ui/mount";
import { useView } from "../../src/ui/view";
import { decode } from "../../src/wire/arrow";
import { state } from "../support/fixture";
import { settle } from "../support/life";

let [of, drawings] = ["", 0];

function Part() {
  const [count, setCount] = useKept("count", 0, of);
  const [list, setList] = useKept<string[]>("list", []);
  drawings += 1;
  return (
    <>
      <button type="button" onClick={() => setCount(count + 1)}>
        {count}
      </button>
      <button type="button" class="add" onClick={() => setList([...list, "more"])}>
        {list.join()}
      </button>
      <Fold name="fold">
        <summary>Fold</summary>
      </Fold>
    </>
  );
}

/** Another tree for each layout: what is below is made anew. */
function Screen() {
  const { paper, width } = useView();
  if (paper) return <article>{<Part />}</article>;
  return width === "small" ? <section>{<Part />}</section> : <main>{<Part />}</main>;
}

function show() {
  const el = document.createElement("div");
  document.body.append(el);
  widget("rw-kept", Screen, decode).render({
    model: new HostModel(state(), { standalone: true, onSave: () => undefined }),
    el,
  });
  const one = <E extends HTMLElement>(name: string): E => el.querySelector<E>(name)!;
  const told = () => [
    one("button").textContent,
    one(".add").textContent,
    one("details").hasAttribute("open"),
  ];
  const print = async (event: "beforeprint" | "afterprint"): Promise<void> => {
    dispatchEvent(new Event(event));
    await settle();
  };
  return { one, told, print };
}

describe("what is kept", () => {
  it("is there after a print, and from one width to the next", async () => {
    const { one, told, print } = show();
    await settle();
    one("button").click();
    await settle();
    one("button").click();
    one(".add").click();
    await settle();
    one(".add").click();
    const fold = one<HTMLDetailsElement>("details");
    fold.open = true;
    fold.dispatchEvent(new Event("toggle"));
    await settle();
    const left = ["2", "more,more", true];
    expect(told()).toEqual(left);
    await print("beforeprint");
    expect(one("article")).not.toBeNull();
    expect(told()).toEqual(left);
    Object.defineProperty(one(".rw"), "offsetWidth", { value: 500 });
    await print("afterprint");
    expect(one("section")).not.toBeNull();
    expect(told()).toEqual(left);
  });

  it("is forgotten where it was of something else, and another view has its own", async () => {
    const { one, told, print } = show();
    const other = show();
    await settle();
    one("button").click();
    await settle();
    of = "another";
    await print("beforeprint");
    expect(told()).toEqual(["0", "", false]);
    of = "";
    await print("afterprint");
    // As if it had never been: it is not brought back by what it was of.
    expect(told()).toEqual(["0", "", false]);
    expect(other.told()).toEqual(["0", "", false]);
  });

  it("draws nothing where it stays the same", async () => {
    const { one } = show();
    await settle();
    const before = drawings;
    one<HTMLDetailsElement>("details").dispatchEvent(new Event("toggle"));
    await settle();
    expect(drawings).toBe(before);
  });
});
