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

  it.each(["👩\u200d👩\u200d👧", "می\u200cخواهم", "שלום\u200f!", "\u061cمرحبا 7"])(
    "keeps %s",
    (name) => expect(plain(name)).toBe(name),
  );
});
