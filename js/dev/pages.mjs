// Writes pages over fixture states into js/build/, to look at the widgets without a notebook: npm run build && npm run dev
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../build");
const statics = join(here, "../../src/results_widgets/static");
const text = (name) => readFile(join(statics, name), "utf8");

async function fixtures() {
  const file = join(out, "fixture.mjs");
  await build({
    entryPoints: [join(here, "../test/support/fixture.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    outfile: file,
    logLevel: "warning",
  });
  return import(`${pathToFileURL(file)}?${Date.now()}`);
}

const safe = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

async function page(name, module, state, extra = "") {
  const source = await text(`${module}.js`);
  const chart = ["dashboard", "explore", "action"].includes(module)
    ? await text("chart.js")
    : undefined;
  const content = {
    modules: { [module]: source },
    widgets: [
      {
        module,
        target: "w0",
        standalone: name === "saved",
        state: { ...state, ...(chart && { _chart_esm: chart }) },
      },
    ],
  };
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${name}</title><style>body{margin:0}</style><style>${await text("styles.css")}</style>${extra}
<body><div id="w0"></div><script type="application/json" data-rw-page>${safe(content)}</script>
<script type="module">${await text("host.js")}</script></body></html>`;
  await writeFile(join(out, `${name}.html`), html);
}

await mkdir(out, { recursive: true });
const f = await fixtures();
const s = f.state();
await page("dashboard", "dashboard", s);
await page("detail", "dashboard", {
  ...s,
  _selection: { ...s._selection, action: "a3", metric: "unique_opened" },
  _chart: {
    ...s._chart,
    title: "Unique opens per day · Your 10 % off",
    key: { ...s._chart.key, action: "a3", metric: "unique_opened" },
  },
});
await page("saved", "dashboard", s);
await page("big", "dashboard", f.bigState());
await page("three", "flow", f.bigState(3));
for (const name of ["overview", "channels", "flow", "explore"]) await page(name, name, s);
await page("action", "action", {
  ...s,
  _selection: { ...s._selection, action: "a1", metric: "users_received" },
});
const empty = { ...s, _metrics: { base64: "" }, _series: { base64: "" } };
await page("computing", "dashboard", { ...empty, _status: { ...s._status, state: "computing" } });
await page("empty", "dashboard", {
  ...empty,
  _trends: {},
  _flow: {
    held_back: 0,
    arms: [
      f.armOf(
        null,
        "Everybody",
        0,
        s._campaign.actions,
        Object.fromEntries(s._campaign.actions.map((a) => [a.id, [0, 0]])),
      ),
    ],
  },
  _campaign: { ...s._campaign, started_at: Date.UTC(2026, 4, 2, 16), status: "draft" },
  _status: { ...s._status, state: "empty", newest_ms: null },
});
await page("error", "dashboard", {
  ...s,
  _status: {
    ...s._status,
    state: "error",
    error: { message: "There is no metric “opend”.", hint: "Did you mean “opened”?" },
  },
});
