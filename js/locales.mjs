// Writes src/results_widgets/_shared/locales.json from what Node knows of languages (Unicode's CLDR): how each writes numbers
// and days. Python and TypeScript both read it, so that they write alike, whatever the machine and the browser speak.
//
//   node js/locales.mjs
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { counted } from "./counted.mjs";

const names = [
  ...[
    "en",
    "en-US",
    "ar",
    "cs",
    "da",
    "de",
    "de-CH",
    "el",
    "es",
    "es-MX",
    "fi",
    "fr",
    "fr-CH",
    "he",
    "hu",
    "id",
    "it",
  ],
  ...["ja", "ko", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"],
];
const file = join(
  dirname(fileURLToPath(import.meta.url)),
  "../src/results_widgets/_shared/locales.json",
);
const day = (year, month, date) => Date.UTC(year, month, date);
const blanks = (text) => text.replace(/[\u00a0 ]/g, " ").replace(/[\u200e\u200f\u061c]/g, "");

/** Digits are Latin everywhere: they stand in columns, and in charts. Days are Gregorian. */
const tagOf = (name) => `${name === "en" ? "en-GB" : name}-u-nu-latn-ca-gregory`;

function partsOf(tag, options, at) {
  return new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" }).formatToParts(at);
}

/** A pattern such as "{d} {mon} {y}". */
function pattern(tag, options, tokens) {
  const parts = partsOf(tag, options, day(2026, 2, 12));
  return blanks(
    parts.map(({ type, value }) => (tokens[type] ? `{${tokens[type]}}` : value)).join(""),
  );
}

function namesOf(tag, options, type, days) {
  return days.map((at) =>
    blanks(partsOf(tag, options, at).find((part) => part.type === type).value),
  );
}

// The currencies in which most is sold. Any other has its code behind the amount.
const currencies =
  "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS INR JPY KRW MXN NOK NZD PLN SEK THB TRY USD VND";

/** How an amount in each currency is written: "${}", "{} €". */
function money(tag) {
  const patterns = currencies.split(" ").map((currency) => {
    const currencyDisplay = currency === "USD" ? "narrowSymbol" : "symbol";
    const style = { style: "currency", currency, currencyDisplay };
    const parts = new Intl.NumberFormat(tag, style).formatToParts(1);
    const words = parts.map(({ type, value }) => {
      if (type === "integer") return "{}";
      return type === "currency" || type === "literal" ? value : "";
    });
    return [currency, blanks(words.join("")).trim().replaceAll(" ", "\u202f")];
  });
  return Object.fromEntries(
    patterns.filter(([currency, pattern]) => pattern !== `{}\u202f${currency}`),
  );
}

function locale(name) {
  const tag = tagOf(name);
  const number = new Intl.NumberFormat(tag, { minimumFractionDigits: 1 }).formatToParts(1234567.5);
  const find = (type) => blanks(number.find((part) => part.type === type).value);
  const percent = new Intl.NumberFormat(tag, { style: "percent" }).formatToParts(0.5);
  const order = percent.map(({ type }) =>
    type === "integer" ? "{}" : type === "percentSign" ? "%" : "",
  );
  const months = Array.from({ length: 12 }, (_, month) => day(2026, month, 12));
  const week = Array.from({ length: 7 }, (_, index) => day(2026, 2, 2 + index));
  const short = { day: "numeric", month: "short", year: "numeric" };
  const long = { day: "numeric", month: "long", year: "numeric" };
  const thin = (text) => text.replace(" ", "\u202f");
  return {
    decimal: find("decimal"),
    group: thin(find("group")),
    percent: order.join("").startsWith("%") ? "%{}" : "{}\u202f%",
    money: money(tag),
    months: namesOf(tag, { month: "long", year: "numeric" }, "month", months),
    monthsInDates: namesOf(tag, long, "month", months),
    monthsShort: namesOf(tag, short, "month", months),
    weekdays: namesOf(tag, { weekday: "long" }, "weekday", week),
    weekdaysShort: namesOf(tag, { weekday: "short" }, "weekday", week),
    day: pattern(tag, short, { day: "d", month: "mon", year: "y" }),
    longDay: pattern(tag, long, { day: "d", month: "month", year: "y" }),
    dayOfMonth: pattern(tag, { day: "numeric", month: "short" }, { day: "d", month: "mon" }),
    month: pattern(tag, { month: "long", year: "numeric" }, { month: "month", year: "y" }),
    monthShort: pattern(tag, { month: "short", year: "numeric" }, { month: "mon", year: "y" }),
    ...counted(name),
  };
}

const found = Object.fromEntries(names.map((name) => [name, locale(name)]));
// As it has always been written here: British order, three letters.
found.en.monthsShort = found.en.months.map((month) => month.slice(0, 3));
found.en.weekdaysShort = found.en.weekdays.map((weekday) => weekday.slice(0, 3));
writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
