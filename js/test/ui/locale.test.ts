import { afterEach, describe, expect, it } from "vitest";
import locales from "../../../src/results_widgets/_shared/locales.json";
// The Python tests read the same file.
import written from "../../../tests/support/written.json";
import { longWords, monthWords, rangeWords, shortWords } from "../../src/ui/dates";
import { exactForm, rate, shortForm } from "../../src/ui/format";
import {
  counted,
  dateAlone,
  dayOfMonthText,
  drawIn,
  locale,
  monthShortText,
} from "../../src/ui/locale";
import { clock, day, dayIn } from "../../src/ui/time";
import type { Unit } from "../../src/wire/glossary";

const dayNumber = (iso: string): number => Date.parse(`${iso}T00:00Z`) / 86_400_000;
const inLocale = (name: string): void => drawIn({ name, ...locales[name as keyof typeof locales] });

afterEach(() => drawIn(undefined));

describe("numbers and days", () => {
  it.each(written.numbers as [string, Unit, number | null, string][])(
    "in %s, %s %s is as Python writes it",
    (name, unit, value, text) => {
      inLocale(name);
      expect(exactForm(value, unit)).toBe(text);
    },
  );
  it.each(written.days)(
    "in %s, %s is as Python writes it",
    (name, iso, short, long, month, alone) => {
      inLocale(name ?? "");
      const at = dayNumber(iso ?? "");
      expect(shortWords(at)).toBe(short);
      expect(longWords(at)).toBe(long);
      expect(monthWords(at)).toBe(month);
      expect(dayOfMonthText(dayIn(at * 86_400_000, "UTC"))).toBe(alone);
    },
  );
  it("are shortened and joined by the same marks", () => {
    inLocale("de");
    expect(shortForm(123_456, "count")).toBe("123.456");
    expect(shortForm(1_234_567, "count")).toBe("1,235\u202fMio.");
    expect(rate(0.0052)).toBe("0,52\u202f%");
    expect(rangeWords(dayNumber("2026-03-05"), dayNumber("2026-03-20"))).toBe("5.–20. März 2026");
    expect(rangeWords(dayNumber("2026-02-28"), dayNumber("2026-03-03"))).toBe(
      "28. Feb. – 3. März 2026",
    );
    expect(day(Date.parse("2026-03-12T23:30Z"), "Asia/Tokyo")).toBe("13. März 2026");
    expect(clock(Date.parse("2026-03-12T13:05Z"), 0, "UTC")).toBe("12. März 2026, 13:05");
  });
  it("of ranges stand apart where the day does not come first", () => {
    inLocale("en-US");
    expect(rangeWords(dayNumber("2026-03-05"), dayNumber("2026-03-20"))).toBe(
      "Mar 5 – Mar 20, 2026",
    );
  });
  it.each(Object.entries(locales))(
    "of %s are grouped as Unicode says",
    (name, { decimal, group }) => {
      const parts = new Intl.NumberFormat(`${name}-u-nu-latn`, { minimumFractionDigits: 1 })
        .formatToParts(1234567.5)
        .filter(({ type }) => type === "decimal" || type === "group");
      const blank = (text: string | undefined): string | undefined =>
        text?.replace(/\s/g, " ").replace("’", "'");
      expect(blank(parts.find(({ type }) => type === "decimal")?.value)).toBe(decimal);
      expect(blank(parts.find(({ type }) => type === "group")?.value)).toBe(blank(group));
    },
  );
});

describe("a text with a number", () => {
  it("has the plural of its number, of any size", () => {
    inLocale("pl");
    const forms = { other: "{} other", one: "{} one", few: "{} few", many: "{} many" };
    const of = (count: number): string => counted(count, forms, String(count));
    expect([1, 2, 5, 22, 112, 122, 200, 202, 205, 1212, 1222].map(of)).toEqual(
      [1, 2, 5, 22, 112, 122, 200, 202, 205, 1212, 1222].map(
        (count) => `${count} ${new Intl.PluralRules("pl").select(count)}`,
      ),
    );
    inLocale("ar");
    const all = { ...forms, zero: "{} zero", two: "{} two" };
    expect([0, 2, 3, 11, 100, 203].map((count) => counted(count, all, String(count)))).toEqual(
      [0, 2, 3, 11, 100, 203].map((n) => `${n} ${new Intl.PluralRules("ar").select(n)}`),
    );
  });
  it("is English where nothing else is said, with short months", () => {
    drawIn(undefined);
    expect(locale().name).toBe("en");
    const march = { year: 2026, month: 3, date: 12, weekday: 3 };
    expect([monthShortText(march), dateAlone(march)]).toEqual(["Mar 2026", "12"]);
  });
});
