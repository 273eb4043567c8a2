// How each language counts, from the CLDR of this Node: what stands behind shortened numbers and behind durations, and how long
// ago something was. English has the words that the interface has had from the start.
const thin = "\u202f";
const sizes = Array.from({ length: 12 }, (_, power) => 10 ** (power + 3));
const counts = [0, 1, 2, 3, 5, 11, 20, 100];
const categories = ["other", "one", "two", "few", "many", "zero"];
const units = ["day", "hour", "minute", "second"];

const english = {
  compact: [
    { size: 1e3, behind: `${thin}k` },
    { size: 1e6, behind: `${thin}M` },
    { size: 1e9, behind: `${thin}B` },
    { size: 1e12, behind: `${thin}T` },
  ],
  durations: ["d", "h", "min", "s"].map((unit) => thin + unit),
  now: "just now",
  ago: {
    minute: { other: "{} min ago" },
    hour: { other: "{} h ago" },
    day: { one: "{} day ago", other: "{} days ago" },
    month: { one: "{} month ago", other: "{} months ago" },
    year: { one: "{} year ago", other: "{} years ago" },
  },
  days: { one: "{} day", other: "{} days" },
  hours: { one: "{} hour", other: "{} hours" },
};

/** The words behind a number: after a thin space where the language has a space, and without marks of direction. */
const behind = (text) => text.replace(/[\u200e\u200f\u061c]/g, "").replace(/^\s+/, thin);

/** Parts of a text that are no digits, and the number that the digits are. */
function split(parts) {
  const digits = parts.filter(({ type }) =>
    ["integer", "group", "decimal", "fraction"].includes(type),
  );
  const number = digits
    .filter(({ type }) => type !== "group")
    .map(({ type, value }) => (type === "decimal" ? "." : value));
  const end = parts.lastIndexOf(digits.at(-1));
  const after = parts.slice(end + 1).map(({ value }) => value);
  return { number: Number(number.join("")), after: behind(after.join("")) };
}

function compact(name) {
  const written = new Intl.NumberFormat(name, {
    notation: "compact",
    maximumFractionDigits: 9,
    useGrouping: false,
  });
  const steps = new Map();
  for (const size of sizes) {
    const { number, after } = split(written.formatToParts(size));
    if (after.trim()) steps.set(Math.round(size / number), after);
  }
  return [...steps]
    .map(([size, behind]) => ({ size, behind }))
    .filter(({ size }) => size <= 1e12)
    .sort((one, other) => one.size - other.size);
}

/** The unit behind a number, if it is the same behind each. */
function unitOf(name, unit, unitDisplay) {
  const written = new Intl.NumberFormat(name, { style: "unit", unit, unitDisplay });
  const found = new Set(counts.map((count) => split(written.formatToParts(count)).after));
  return found.size === 1 && [...found][0] ? [...found][0] : null;
}

function durations(name) {
  return units.map((unit) => {
    const found = unitOf(name, unit, "short") ?? unitOf(name, unit, "narrow") ?? unit[0];
    // Letters of our own writing do not stand at a number without a space.
    return /^[a-z]/i.test(found) ? thin + found : found;
  });
}

/**
 * The plural of 0 to 199, each as its place among these, up to the last that is not the first of them; a larger number has
 * that of 100 and its last two digits.
 */
function pluralOf(name) {
  const rules = new Intl.PluralRules(name);
  return Array.from({ length: 200 }, (_, count) => categories.indexOf(rules.select(count))).join(
    "",
  );
}

/** What each plural of a language is, with {} for the number. */
function plurals(name, parts) {
  const rules = new Intl.PluralRules(name);
  const found = {};
  for (let count = 0; count <= 120; count += 1) {
    const category = rules.select(count);
    found[category] ??= parts(count)
      .map(({ type, value }) => (type === "integer" ? "{}" : value))
      .join("")
      .replace(/[\u200e\u200f\u061c]/g, "")
      .replace(/\s*\([^)]*\)/, "");
  }
  // Fractions have a form of their own in some languages; here nobody counts any.
  found.other ??= Object.values(found).at(-1);
  return found;
}

function relative(name, unit) {
  const written = new Intl.RelativeTimeFormat(name, { numeric: "always" });
  return plurals(name, (count) => written.formatToParts(-count, unit));
}

function whole(name, unit) {
  const written = new Intl.NumberFormat(name, { style: "unit", unit, unitDisplay: "long" });
  return plurals(name, (count) => written.formatToParts(count));
}

/** The rows of a language in the table of locales. */
export function counted(locale) {
  if (locale.startsWith("en")) return { plural: pluralOf("en"), ...english };
  const name = `${locale}-u-nu-latn`;
  return {
    plural: pluralOf(name),
    compact: compact(name),
    durations: durations(name),
    now: new Intl.RelativeTimeFormat(name, { numeric: "auto" }).format(0, "second"),
    ago: Object.fromEntries(Object.keys(english.ago).map((unit) => [unit, relative(name, unit)])),
    days: whole(name, "day"),
    hours: whole(name, "hour"),
  };
}
