import { afterEach, describe, expect, it } from "vitest";
import locales from "../../../src/results_widgets/_shared/locales.json";
import { daysText } from "../../src/ui/format";
import { drawIn } from "../../src/ui/locale";
import { ago, clock, day, delay, isoDay } from "../../src/ui/time";

const [second, minute, hour, oneDay] = [1000, 60_000, 3_600_000, 86_400_000] as const;
const noon = Date.UTC(2026, 3, 12, 12);

describe("an instant", () => {
  it("is told in the zone that is named", () => {
    const late = Date.UTC(2026, 3, 12, 23, 5, 59);
    expect(clock(late, late, "UTC")).toBe("23:05");
    expect(clock(late, late, "Asia/Tokyo")).toBe("08:05");
    expect(day(late, "UTC")).toBe("12 Apr 2026");
    expect(day(late, "Asia/Tokyo")).toBe("13 Apr 2026");
    expect(isoDay(late, "UTC")).toBe("2026-04-12");
    expect(isoDay(late, "Asia/Tokyo")).toBe("2026-04-13");
    expect(isoDay(Date.UTC(2026, 0, 5), "UTC")).toBe("2026-01-05");
  });
  it("has its date on any other day, and midnight is 00:00", () => {
    expect(clock(noon - oneDay, noon, "UTC")).toBe("11 Apr 2026, 12:00");
    expect(clock(Date.UTC(2026, 3, 12, 0, 3), noon, "UTC")).toBe("00:03");
  });
  it("is told in UTC where the browser does not know the zone", () => {
    expect(clock(noon, noon, "Mars/Olympus")).toBe("12:00");
  });
});

describe("an age", () => {
  it.each([
    [-hour, "just now"],
    [59 * second, "just now"],
    [minute, "1 min ago"],
    [59 * minute + 59 * second, "59 min ago"],
    [hour, "1 h ago"],
    [48 * hour - 1, "47 h ago"],
    [48 * hour, "2 days ago"],
    [60 * oneDay - 1, "59 days ago"],
    [60 * oneDay, "2 months ago"],
    [715 * oneDay, "23 months ago"],
    [716 * oneDay, "2 years ago"],
    [1278 * oneDay, "3 years ago"],
    [1279 * oneDay, "4 years ago"],
  ])("of %d ms", (ms, words) => expect(ago(noon - ms, noon)).toBe(words));
});

describe("a delay", () => {
  it.each([
    [-1, "at once"],
    [0, "at once"],
    [1, "1\u202fmin"],
    [90 * second, "1\u202fmin 30\u202fs"],
    [hour - 1, "1\u202fh"],
    [hour, "1\u202fh"],
    [1.5 * hour, "1\u202fh 30\u202fmin"],
    [23 * hour, "23\u202fh"],
    [24 * hour, "1 day"],
    [25 * hour, "1\u202fd 1\u202fh"],
    [48 * hour, "2 days"],
  ])("of %d ms", (ms, words) => expect(delay(ms)).toBe(words));
});

describe("in other languages", () => {
  afterEach(() => drawIn(undefined));
  it.each([
    ["de", "vor 5 Tagen", "vor 1 Stunde", "2 Tage", "7\u202fStd."],
    ["fr", "il y a 5 jours", "il y a 1 heure", "2\u00a0jours", "7\u202fh"],
    ["ar", "قبل 5 أيام", "قبل ساعة واحدة", "يومان", "7\u202fس"],
    ["ja", "5 日前", "1 時間前", "2 日", "7\u202f時間"],
  ] as const)("%s", (name, days, anHour, twoDays, hours) => {
    drawIn({ name, ...locales[name] });
    expect(ago(noon - 5 * oneDay, noon)).toBe(days);
    expect(ago(noon - hour, noon)).toBe(anHour);
    expect(delay(2 * oneDay)).toBe(twoDays);
    expect(delay(7 * hour)).toBe(hours);
  });
  it("a plural is that of the last two digits, too", () => {
    drawIn({ name: "pl", ...locales.pl });
    expect([1, 2, 5, 12, 22, 101, 102, 112, 1022].map(daysText)).toEqual([
      ...["1 dzień", "2 dni", "5 dni", "12 dni", "22 dni", "101 dni", "102 dni", "112 dni"],
      "1\u202f022 dni",
    ]);
  });
});
