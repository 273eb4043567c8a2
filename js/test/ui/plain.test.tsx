// @vitest-environment happy-dom
import { render } from "preact";
import { describe, expect, it } from "vitest";
import { plain } from "../../src/ui/text";
import "../../src/ui/plain";

const turned = "Win\u202eback\u2066 now\u2069";

describe("a name of the data", () => {
  it("turns nothing round where it is drawn, and stays as it is for the kernel", () => {
    const el = document.createElement("div");
    render(
      <p data-action={turned}>
        <bdi>{turned}</bdi> of {[turned, 2]}
      </p>,
      el,
    );
    expect(el.textContent).toBe("Winback now of Winback now2");
    expect(el.firstElementChild?.getAttribute("data-action")).toBe(turned);
  });

  it("turns nothing round where it is read out or shown beside the pointer", () => {
    const el = document.createElement("div");
    const shared = { title: turned, "aria-valuetext": turned };
    render(
      <>
        <button type="button" {...shared} aria-label={`Users in ${turned}`} data-tip={turned}>
          1
        </button>
        <input placeholder={turned} defaultValue={turned} />
        <img alt={turned} />
      </>,
      el,
    );
    const [button, input, image] = [...el.children] as [Element, HTMLInputElement, Element];
    expect(
      ["aria-label", "title", "aria-valuetext", "data-tip"].map((one) => button.getAttribute(one)),
    ).toEqual(["Users in Winback now", "Winback now", "Winback now", "Winback now"]);
    expect([input.placeholder, image.getAttribute("alt")]).toEqual(["Winback now", "Winback now"]);
    // What is typed, and what others draw of the same words, stays.
    expect([input.defaultValue, shared.title]).toEqual([turned, turned]);
  });

  it.each(["👩\u200d👩\u200d👧", "می\u200cخواهم", "שלום\u200f!", "\u061cمرحبا 7"])(
    "keeps %s",
    (name) => expect(plain(name)).toBe(name),
  );
});
