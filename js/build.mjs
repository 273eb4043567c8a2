// Builds every bundle into src/results_widgets/static. Output depends on the sources only, so that CI can rebuild and compare.
//
//   node js/build.mjs            builds once
//   node js/build.mjs --watch    builds again whenever a source changes
//   node js/build.mjs --check    fails when the committed files differ from what the sources give
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";
import { nested } from "./nest.mjs";
import { notices, packagesIn } from "./notices.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/results_widgets/static");
const shared = join(here, "../src/results_widgets/_shared");

/** Entry points under js/src: one bundle per widget (each carries no Vega), what fetches them, the charts, the hosts of pages, the styles. */
const entries = [
  "dashboard.tsx",
  "overview.tsx",
  "channels.tsx",
  "flow.tsx",
  "explore.tsx",
  "action.tsx",
  "experiment.tsx",
  "audience.tsx",
  "campaigns.tsx",
  "loader.ts",
  "chart.ts",
  "host.ts",
  "report.ts",
  "styles.css",
];
const limits = {
  "chart.js": 1_000_000,
  "loader.js": 4_000,
  "host.js": 20_000,
  "report.js": 44_000,
  "dashboard.js": 250_000,
  "flow.js": 159_000,
  "action.js": 137_000,
};
const limit = 130_000;

const NOTICES = "THIRD_PARTY_NOTICES.txt";

/** Declares a theme's colours: those of the palette file, and greys mixed of its ink and ground. */
function declarations({ ground, groups, ink_on_ground: mixed, ...colours }) {
  const mix = (percent) =>
    percent ? `color-mix(in srgb,var(--rw-ink) ${percent}%,var(--rw-bg))` : "var(--rw-bg)";
  return {
    ...colours,
    ...Object.fromEntries(groups.map((colour, index) => [`group-${index + 1}`, colour])),
    bg: `var(--jp-layout-color1,var(--vscode-editor-background,${ground}))`,
    ...Object.fromEntries(Object.entries(mixed).map(([name, percent]) => [name, mix(percent)])),
  };
}

/** The style sheet of palette.json, which Python reads too. Dark only says what differs from light. */
function paletteStyles({ light, dark }) {
  const [usual, other] = [declarations(light), declarations(dark)];
  const rule = (selector, found) =>
    `${selector} {${found.map(([name, value]) => `--rw-${name}:${value};`).join("")}}`;
  const changed = Object.entries(other).filter(([name, value]) => usual[name] !== value);
  return rule(".rw", Object.entries(usual)) + rule('.rw[data-rw-theme="dark"]', changed);
}

const palette = {
  name: "palette",
  setup(build) {
    const file = join(shared, "palette.json");
    build.onResolve({ filter: /\/palette\.css$/ }, () => ({ path: file, namespace: "palette" }));
    build.onLoad({ filter: /.*/, namespace: "palette" }, async () => ({
      contents: paletteStyles(JSON.parse(await readFile(file, "utf8"))),
      loader: "css",
      watchFiles: [file],
    }));
  },
};

/** Hands over what was built, also of every later build. */
const handOver = (take) => ({
  name: "hand over",
  setup(build) {
    build.onEnd(({ outputFiles, metafile }) => take(outputFiles?.[0]?.contents, metafile));
  },
});

function bundle(entry, take) {
  return context({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    // A saved page's script is no module: those of a file are not run by every browser.
    format: entry === "report.ts" ? "iife" : "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    // Dependencies that probe for AMD break in hosts that ship require.js.
    define: { "define.amd": "false", "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
    write: false,
    metafile: true,
    plugins: [palette, handOver(take)],
  });
}

/** Holds a built file to its budget, and writes it where it changed; with `check` it must not have. */
async function keep(file, contents, check) {
  const max = limits[file] ?? limit;
  if (contents.length > max)
    throw new Error(`${file} is ${contents.length} bytes, its budget is ${max}`);
  const path = join(out, file);
  const before = await readFile(path).catch(() => Buffer.alloc(0));
  if (before.equals(contents)) return false;
  if (check) throw new Error(`${file} is not what the sources give: run npm run build`);
  await writeFile(path, contents);
  return true;
}

const size = (contents) => `${(contents.length / 1000).toFixed(1).padStart(7)} kB`;

async function main(flags) {
  await mkdir(out, { recursive: true });
  const [check, watch] = [flags.includes("--check"), flags.includes("--watch")];
  const built = new Map();
  const packages = new Map();
  const contexts = await Promise.all(
    entries.map((entry) => {
      const file = entry.replace(/\.tsx?$/, ".js");
      return bundle(entry, async (contents, metafile) => {
        if (!contents) return;
        for (const [name, folder] of packagesIn(metafile)) packages.set(name, folder);
        const text = Buffer.from(contents);
        const kept = file === "styles.css" ? Buffer.from(nested(text.toString())) : text;
        const changed = await keep(file, kept, check);
        if (!watch) built.set(file, kept);
        else if (changed) console.log(`${file.padEnd(14)} ${size(kept)}`);
      });
    }),
  );
  if (watch) {
    await Promise.all(contexts.map((one) => one.watch()));
    console.log("Watching js/src; Ctrl-C ends it.");
    return;
  }
  await Promise.all(contexts.map((one) => one.rebuild()));
  await keep(NOTICES, Buffer.from(await notices(packages)), check);
  for (const [file, contents] of [...built].sort())
    console.log(`${file.padEnd(14)} ${size(contents)}`);
  await Promise.all(contexts.map((one) => one.dispose()));
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  // The contexts of the other bundles would keep it running.
  process.exit(1);
});
