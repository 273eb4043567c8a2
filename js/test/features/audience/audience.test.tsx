// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import audience from "../../../src/audience";
import dashboard from "../../../src/dashboard";
import { HostModel, type State } from "../../../src/saved/host";
import type { WidgetModule } from "../../../src/ui/mount";
import type { SegmentWithReach } from "../../../src/wire/audience";
import { state } from "../../support/fixture";
import { life, settle } from "../../support/life";
import { row } from "../../support/people";

const thin = "\u202f";

const head = (name: string, size: number, token = 1): SegmentWithReach => ({
  token,
  name,
  rule: `${name} rule`,
  size,
  campaign: { name: "Spring", users: 200, entered: size },
  reach: [
    {
      channel: "email",
      label: "Email",
      icon: "email",
      users: size,
      reachable: size - 2,
      bounced: 1,
      unsubscribed: 0,
      marked_as_spam: 1,
      active_7d: 5,
      share: (size - 2) / size,
    },
  ],
});

type Message = Record<string, unknown>;

/** A kernel that answers from a table of kinds; what it was asked is kept. */
async function show(
  module: WidgetModule,
  given: State,
  answers: Record<string, (asked: Message, model: HostModel) => unknown>,
) {
  const asked: Message[] = [];
  const model = new HostModel(given, {
    standalone: false,
    onSave: () => undefined,
    onSend: (content, own) => {
      asked.push(content);
      const kind = content.kind as string;
      const answer = answers[kind]?.(content, own);
      own.reply(
        answer === undefined
          ? { id: content.id, ok: false, error: { message: `No ${kind}.`, hint: "Sorry." } }
          : { id: content.id, ok: true, [kind]: answer },
      );
    },
  });
  const el = document.createElement("div");
  document.body.append(el);
  module.render({ model, el, signal: life.signal });
  await settle();
  const find = (selector: string): HTMLElement => {
    const found = el.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`nothing matches ${selector}`);
    return found;
  };
  const click = async (selector: string): Promise<void> => {
    find(selector).click();
    await settle();
  };
  return { el, model, asked, find, click };
}

const one = (segment: SegmentWithReach): State => ({
  _audience: { sets: [segment], overlap: [], segment },
});

describe("details of one segment", () => {
  it("show size, share, reach and rule, and ask for the profile only", async () => {
    const { find, asked } = await show(audience, one(head("Openers", 50)), {
      profile: () => [row("plan", "pro", { differs: true }), row("city", "x")],
    });
    expect(find("[data-testid=audience-size]").textContent).toContain(
      `50 users25.0${thin}% of the 200 users in Spring`,
    );
    expect(find("[data-channel=email]").dataset.value).toBe("48");
    expect(find("[data-channel=email]").textContent).toContain(
      "5 active in the last 7 days · 1 bounced · 1 marked as spam",
    );
    expect(find("[data-testid=audience-rule]").textContent).toBe("Openers rule");
    expect(asked.map(({ kind, token }) => [kind, token])).toEqual([["profile", 1]]);
    expect(find("[data-attribute=plan] [data-differs=true]").textContent).toContain(
      "▲ +10.0 pt, significant",
    );
    expect(find("summary").textContent).toBe("No significant difference city");
  });

  it("draw a sample on request, and another, and take it away", async () => {
    const sample = ({ seed }: Message) => ({
      columns: ["user_id", "plan"],
      rows: [[`u${String(seed)}`, null]],
      left: 0,
    });
    const { el, find, click, asked } = await show(audience, one(head("Openers", 50)), {
      profile: () => [],
      sample,
    });
    expect(el.textContent).not.toContain("u0");
    await click(".rw-sample-tools button");
    expect(find("[data-testid=sample] tbody").textContent).toBe("u0–");
    await click(".rw-sample-tools button");
    expect(find("[data-testid=sample] tbody").textContent).toBe("u1–");
    await click(".rw-sample-tools .rw-quiet");
    expect(el.querySelector("[data-testid=sample]")).toBeNull();
    expect(asked.filter(({ kind }) => kind === "sample").map(({ seed }) => seed)).toEqual([0, 1]);
  });

  it("save under a name, or say why not", async () => {
    const saved = ({ name }: Message) =>
      name === "bad"
        ? undefined
        : name === "kept"
          ? {
              name,
              version: null,
              code: 'mine.saved["kept"]',
              keep: "mine.store = rw.SegmentStore()",
            }
          : { name, version: 3, code: "rw.SegmentStore('s.db').load(\"Openers\")", keep: "" };
    const { find, click } = await show(audience, one(head("Openers", 50)), {
      profile: () => [],
      save: saved,
    });
    await click(".rw-save [type=submit]");
    expect(find("[data-testid=saved]").textContent).toContain(
      "version 3: rw.SegmentStore('s.db').load(\"Openers\")",
    );
    expect(find("[data-testid=saved]").querySelector("[data-testid=keep]")).toBeNull();
    const input = find(".rw-save input") as HTMLInputElement;
    const saveAs = async (name: string): Promise<void> => {
      input.value = name;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
      await click(".rw-save [type=submit]");
    };
    await saveAs("kept");
    expect(find("[data-testid=saved]").textContent).toMatch(
      /^Kept until the kernel ends: mine\.saved\["kept"\].*mine\.store = rw\.SegmentStore\(\).*save again\.$/,
    );
    await saveAs("bad");
    expect(find(".rw-save [role=alert]").textContent!.trim()).toBe("No save. Sorry.");
  });

  it("are kind to no one, ask nothing about them, and show hostile names as text", async () => {
    const nobody = { ...head("<img src=x>", 0), reach: [] };
    const { el, asked, find } = await show(audience, one(nobody), {});
    expect(find("[data-testid=audience-name]").textContent).toBe("<img src=x>");
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("No users so far.");
    expect(asked).toEqual([]);
  });

  it("stay where no kernel answers", async () => {
    const model = new HostModel(one(head("Openers", 50)), { standalone: true });
    const el = document.createElement("div");
    audience.render({ model, el, signal: life.signal });
    await settle();
    expect(el.textContent).toContain("50 users");
    expect(el.querySelector("[data-testid=profile]")!.textContent).toContain(
      "Needs the notebook’s kernel",
    );
    expect(
      [...el.querySelectorAll("button[disabled]")].map((button) => button.textContent),
    ).toEqual(["Save", "Show a sample of users"]);
  });
});

describe("several segments", () => {
  const two: State = {
    _audience: {
      sets: [head("A", 50), head("B", 30)],
      segment: head("A", 50),
      overlap: [
        { parts: [true, false], users: 40 },
        { parts: [false, true], users: 20 },
        { parts: [true, true], users: 10 },
      ],
    },
  };

  it("of two lie over one line of users, and each part opens", async () => {
    const both = { ...head("A and B", 10, 2) };
    const { find, click, el, asked } = await show(audience, two, {
      profile: () => [],
      segment: (_, model) => {
        model.update({ _audience: { ...(two._audience as object), segment: both } });
        return both;
      },
    });
    const lines = [...el.querySelectorAll<HTMLElement>(".rw-pair-line span")].map(({ style }) =>
      [style.left, style.width].map(Number.parseFloat),
    );
    expect(lines[0]).toEqual([0, (50 / 70) * 100].map((x) => expect.closeTo(x, 3)));
    expect(lines[1]).toEqual([(40 / 70) * 100, (30 / 70) * 100].map((x) => expect.closeTo(x, 3)));
    expect(find("[data-set='0']").getAttribute("aria-pressed")).toBe("true");
    await click("[data-parts='true,true']");
    expect(asked.find(({ kind }) => kind === "segment")).toMatchObject({ parts: [true, true] });
    expect(find("[data-testid=audience-name]").textContent).toBe("A and B");
    expect(find("[data-parts='true,true']").getAttribute("aria-pressed")).toBe("true");
    expect(find("[data-set='0']").getAttribute("aria-pressed")).toBe("false");
    expect(find("[data-testid=side-by-side]").textContent).toContain(
      `Reachable by Email48 96.0${thin}%28 93.3${thin}%`,
    );
  });

  it("of more stand in a chart of every combination, with a table behind it", async () => {
    const overlap = [
      { parts: [true, true, false], users: 9 },
      { parts: [false, false, true], users: 4 },
    ];
    const { el, find, asked, click } = await show(
      audience,
      {
        _audience: {
          sets: [head("A", 9), head("B", 9), head("C", 4)],
          overlap,
          segment: head("A", 9),
        },
      },
      { profile: () => [] },
    );
    const columns = [...el.querySelectorAll<HTMLElement>(".rw-upset-column")];
    expect(columns.map((column) => column.getAttribute("aria-label"))).toEqual([
      "In A and B, not in C: 9 users",
      "Only in C: 4 users",
    ]);
    expect(columns[0]!.querySelectorAll(".rw-upset-in")).toHaveLength(2);
    [...el.querySelectorAll("button")]
      .find((button) => button.textContent === "Show table")!
      .click();
    await settle();
    expect(find("[data-testid=overlap-table] tbody tr").textContent).toBe(
      `ininnot in969.2${thin}%`,
    );
    await click("[data-parts='false,false,true']");
    expect(
      asked.some(
        ({ kind, parts }) => kind === "segment" && JSON.stringify(parts) === "[false,false,true]",
      ),
    ).toBe(true);
    expect(find("[role=alert]").textContent).toContain("No segment. Sorry.");
  });
});

describe("a dashboard", () => {
  it("opens the details of who was asked for, takes the focus there and back", async () => {
    const { reach, ...opened } = head("Everyone", 50, 4);
    const { find, click, el, asked } = await show(dashboard, state(), {
      segment: () => opened,
      reach: () => reach,
      profile: () => [],
    });
    find(".rw-primary").focus();
    await click(".rw-primary");
    expect(document.activeElement).toBe(find("[data-testid=audience-name]"));
    expect(find("[data-testid=segment-notice]").dataset.size).toBe("50");
    expect(find("[data-testid=reach] [data-channel=email]").dataset.value).toBe("48");
    expect(asked.map(({ kind, token }) => [kind, token])).toEqual([
      ["segment", undefined],
      ["reach", 4],
      ["profile", 4],
    ]);
    await click("[aria-label='Close the users']");
    expect(el.querySelector("[data-testid=segment-notice]")).toBeNull();
    expect(document.activeElement).toBe(find(".rw-primary"));
  });
});
