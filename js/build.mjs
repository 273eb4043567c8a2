// Builds every bundle into src/results_widgets/static. Output depends on the sources only, so that CI can rebuild and
// compare. `node js/build.mjs --check` fails when the committed files differ from what the sources give.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/results_widgets/static");

/** One bundle per widget (each carries no Vega), the chart bundle, and the host page of saved reports. */
export const entries = [
  "dashboard",
  "overview",
  "channels",
  "flow",
  "explore",
  "action",
  "audience",
  "chart",
  "host",
  "report",
];
const limits = { chart: 1_000_000, host: 20_000, report: 40_000, dashboard: 200_000 };
const limit = 130_000;

const options = {
  bundle: true,
  format: "esm",
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
};

async function bundle(name) {
  const extension = ["chart", "host", "report"].includes(name) ? "ts" : "tsx";
  // A saved page's script is no module: those of a file are not run by every browser.
  const format = name === "report" ? "iife" : "esm";
  const result = await build({
    ...options,
    format,
    entryPoints: [join(here, `src/${name}.${extension}`)],
  });
  return [`${name}.js`, result.outputFiles[0].contents];
}

async function styles() {
  const result = await build({ ...options, entryPoints: [join(here, "src/styles.css")] });
  return ["styles.css", result.outputFiles[0].contents];
}

async function main() {
  const check = process.argv.includes("--check");
  const files = await Promise.all([...entries.map(bundle), styles()]);
  await mkdir(out, { recursive: true });
  for (const [file, contents] of files) {
    const max = limits[file.replace(/\.\w+$/, "")] ?? limit;
    if (contents.length > max)
      throw new Error(`${file} is ${contents.length} bytes, its budget is ${max}`);
    const path = join(out, file);
    if (check) {
      const committed = await readFile(path).catch(() => Buffer.alloc(0));
      if (!committed.equals(Buffer.from(contents)))
        throw new Error(`${file} is not what the sources give: run npm run build`);
    } else await writeFile(path, contents);
    console.log(`${file.padEnd(14)} ${(contents.length / 1000).toFixed(1).padStart(7)} kB`);
  }
}

await main();
