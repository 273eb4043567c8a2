// The start of a saved page. It unpacks what report/page.py packed, draws the dashboard on a host without a kernel, and answers
// its selections from what was computed beforehand. Nothing leaves the page.
import { automatic } from "../../src/results_widgets/_shared/chart.json";
import { type Answer, SavedAnswers } from "./saved/answers";
import { HostModel, type State } from "./saved/host";
import { importText } from "./saved/modules";
import { unpack } from "./saved/page";
import { drawIn } from "./ui/locale";
import type { Options } from "./wire/options";
import type { Selection } from "./wire/selection";
import type { Unsaved } from "./wire/unsaved";

const without = (what: string): string =>
  `Shown without the ${what}, which was not saved with this page for this selection.`;

function why(asked: Selection, known: boolean): string {
  if (!known && asked.range === "custom")
    return "The campaign has no days in this range, or the page holds no daily numbers for this zone and these definitions.";
  if (!known)
    return "This needs the notebook’s kernel; the page holds only what was computed when it was saved.";
  if (asked.by !== null)
    return "Breakdowns were saved only per day, for users, engaged and conversions of the whole campaign.";
  if (asked.compare === "campaign")
    return "The comparison with another campaign was saved only per day, for users, engaged and conversions.";
  if (asked.compare) return "Comparisons with another period were saved only per day.";
  return "Not every line was saved; try it per day and without cumulative totals.";
}

/** Answers every selection that was saved, and reverts those that were not. */
class Session {
  readonly #answers: SavedAnswers;
  readonly #locked: boolean;
  readonly #scope: string[];
  #selection: Selection;
  #answer: Answer;
  #numbers: State;

  constructor(answers: SavedAnswers, selection: Selection, scope: string[], locked: boolean) {
    const answer = answers.find(selection);
    if (!answer) throw new Error("the page lacks the selection that it opens with");
    this.#answers = answers;
    this.#locked = locked;
    this.#scope = scope;
    this.#selection = selection;
    this.#answer = answer;
    this.#numbers = answer.numbers();
  }

  state(): State {
    return {
      ...this.#numbers,
      ...this.#answer.line(this.#selection),
      _selection: this.#selection,
      _unsaved: this.#unsaved(),
    };
  }

  /** The state that shows a selection, or refuses it. */
  select(asked: Selection): State {
    const answer = this.#answers.find(asked);
    // A range of a few days has no months: its days are shown.
    // A metric or a range without the line that was shown gets the one that the page has, and says so.
    const choices = [
      asked,
      { ...asked, every: "1d" },
      { ...asked, by: null },
      { ...asked, compare: false },
    ];
    const taken = answer && choices.find((choice) => answer.line(choice));
    // Where small counts are hidden, cards open though their lines are not kept.
    if (answer && !taken && this.#locked) {
      this.#selection = asked;
      return { _selection: asked };
    }
    if (!answer || !taken) return this.#refusal(why(asked, answer !== undefined));
    const before = this.#selection;
    const moved = this.#scope.some(
      (name) => taken[name as keyof Selection] !== before[name as keyof Selection],
    );
    if (moved) this.#numbers = answer.numbers();
    this.#answer = answer;
    this.#selection = taken;
    const lost =
      taken.by !== asked.by ? "breakdown" : taken.compare !== asked.compare ? "comparison" : null;
    const error = lost && { message: without(lost), hint: why(asked, true) };
    return {
      ...(moved ? this.#numbers : {}),
      _status: { ...(this.#numbers._status as object), ...(error && { error }) },
      ...answer.line(taken),
      _selection: taken,
      _unsaved: this.#unsaved(),
    };
  }

  /** Which choices beside what is selected the page has no line for, and why. */
  #unsaved(): Unsaved {
    const { every, by, compare } = this.#numbers._options as Options;
    const reasons = (changes: Partial<Selection>[]): Record<string, string> =>
      Object.fromEntries(
        changes.flatMap((change) => {
          const asked = { ...this.#selection, ...change };
          const [value] = Object.values(change);
          return this.#answer.line(asked) ? [] : [[String(value ?? ""), why(asked, true)]];
        }),
      );
    return {
      every: reasons([...every, automatic].map((one) => ({ every: one }))),
      by: reasons([null, ...by].map((one) => ({ by: one }))),
      cumulative: reasons([{ cumulative: true }, { cumulative: false }]),
      compare: {
        ...reasons([{ compare: true }, { compare: false }, { compare: "last_year" }]),
        ...(compare ? reasons([{ compare: "campaign" }]) : {}),
        ...this.#otherDays(),
      },
    };
  }

  /** Why no days from any one on can be compared: as it is with those before. */
  #otherDays(): Record<string, string> {
    const asked = { ...this.#selection, compare: true };
    return this.#answer.line(asked) ? {} : { from: why(asked, true) };
  }

  #refusal(hint: string): State {
    const error = { message: "This choice is not in the saved page.", hint };
    return {
      _selection: this.#selection,
      _status: { ...(this.#numbers._status as object), error },
    };
  }
}

async function start(block: Element, stage: HTMLElement): Promise<void> {
  const packed = await unpack(block.textContent ?? "");
  const { modules, selection, looks, locked } = packed.page;
  const [dashboard, chart] = [modules.dashboard, modules.chart];
  if (!dashboard || !chart) throw new Error("the page lacks its modules");
  // This bundle writes, too: the ticks of ranges of the reader's own.
  drawIn(looks[0]?.state._options.locale);
  const scope = Object.keys(looks[0]?.selection ?? {});
  const session = new Session(new SavedAnswers(packed), selection, scope, locked);
  const widget = await importText(packed.text(dashboard));
  const state = { ...session.state(), _chart_esm: packed.text(chart) };
  const onSave = (changed: State, model: HostModel): void => {
    if (changed._selection) model.update(session.select(changed._selection as Selection));
  };
  const model = new HostModel(state, { standalone: locked, kernel: false, onSave });
  widget.render({ model, el: stage, signal: new AbortController().signal });
  Object.assign(globalThis, { rwModel: model });
}

const page = document.documentElement;
const stage = document.getElementById("rw-stage");
const block = document.querySelector("script[data-rw-report]");
const about = document.querySelector<HTMLDetailsElement>("details.rw-about");

/** The dashboard stands: the tables go, but for pages that are printed, where they follow it. */
function replaceTables(): void {
  if (!page.hasAttribute("data-rw-paper")) {
    document.getElementById("rw-tables")?.remove();
    if (about) about.open = false;
  }
  page.setAttribute("data-rw-ready", "");
}

/** On paper nobody can unfold what tells how to judge the numbers. */
function unfoldOnPaper(): void {
  let folded = false;
  addEventListener("beforeprint", () => {
    folded = about?.open === false;
    if (about) about.open = true;
  });
  addEventListener("afterprint", () => {
    if (about && folded) about.open = false;
  });
}

if (stage && block) {
  unfoldOnPaper();
  start(block, stage)
    .then(replaceTables, (error: unknown) => {
      // An old browser, or one whose policy refuses part of the script: the tables are there already.
      console.error(error);
      stage.replaceChildren();
      page.setAttribute("data-rw-failed", "");
    })
    .finally(() => page.removeAttribute("data-rw-starting"));
}
