// The start of a saved page. It unpacks what report/page.py packed, draws the dashboard on the host of static/host.js, and
// answers its selections from what was computed beforehand. Nothing leaves the page.
(async () => {
  const block = document.querySelector("script[data-rw-report]");
  const stage = document.getElementById("rw-stage");

  const unpack = async (text) => {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const page = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    const cut = ([start, size]) => bytes.slice(4 + length + start, 4 + length + start + size);
    return { page, cut, text: (at) => new TextDecoder().decode(cut(at)) };
  };

  const load = async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      return await import(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  };

  /** Values of the pool by their place: as they are, as steps, or as a part or the running total of others. */
  const reader = (pool) => {
    const known = new Map();
    const read = (place) => {
      if (!known.has(place)) known.set(place, unfold(pool[place]));
      return known.get(place);
    };
    const added = (values) => {
      let sum = 0;
      return values.map((value) => (sum += value));
    };
    const unfold = (entry) => {
      if (Array.isArray(entry)) return entry;
      if (entry.steps) return added(entry.steps);
      if (entry.sum !== undefined) return added(read(entry.sum));
      return read(entry.part).slice(entry.from, entry.from + entry.length);
    };
    return (reference) => {
      if (!Array.isArray(reference)) return read(reference);
      const [top, bottom] = reference.map(read);
      return top.map((value, at) => (value !== null && bottom[at] > 0 ? value / bottom[at] : null));
    };
  };

  const sameLook = (look, selection) => Object.keys(look.selection).every((name) => look.selection[name] === selection[name]);

  const server = ({ page, cut }) => {
    const values = reader(page.pool);
    const view = (bytes) => new DataView(bytes.buffer);

    const whole = (look, selection, key) => {
      const found = look.whole.find(({ chart }) => Object.keys(key).every((name) => chart.key[name] === key[name]));
      return found && { _chart: found.chart, _series: view(cut(found.series)) };
    };

    const filled = (look, selection, key) => {
      if (key.by !== null || key.compare) return undefined;
      const [scope, owner] = key.action !== null ? ["action", key.action] : key.channel !== null ? ["channel", key.channel] : ["campaign", ""];
      const name = `${scope}|${owner}|${key.metric}`;
      const block = look.blocks.find((one) => one.every === key.every && one.cumulative === key.cumulative);
      const reference = block?.lines[name];
      if (reference === undefined || page.names[name] === undefined) return undefined;
      const [words, index] = page.names[name];
      const { chart, at, values: place } = block.models[index];
      const bytes = view(cut(at));
      values(reference).forEach((value, row) => bytes.setFloat64(place + 8 * row, value ?? NaN, true));
      const title = words + block.words;
      return { _chart: { ...chart, key, title, spec: { ...chart.spec, description: title } }, _series: bytes };
    };

    const line = (look, selection) => {
      const names = ["metric", "action", "channel", "every", "cumulative", "by", "compare"];
      const key = Object.fromEntries(names.map((name) => [name, selection[name]]));
      return whole(look, selection, key) ?? filled(look, selection, key);
    };

    const numbers = (look) => ({ ...look.state, _metrics: view(cut(look.metrics)) });
    return { line, numbers, find: (selection) => page.looks.find((look) => sameLook(look, selection)) };
  };

  const why = (selection, shown) =>
    selection.range === "custom" && shown.range !== "custom" ? "Days of one’s own need the notebook; the named ranges work here."
      : selection.compare ? "The period before needs the notebook; its change stands beside each number of a range."
        : "It needs the notebook’s kernel; what the other choices show was computed beforehand.";

  const start = async () => {
    const packed = await unpack(block.textContent);
    const { page } = packed;
    const serve = server(packed);
    const { HostModel } = await load(packed.text(page.modules.host));
    const { default: dashboard } = await load(packed.text(page.modules.dashboard));
    let shown = page.selection;
    let look = serve.find(shown) ?? page.looks[0];

    const onSave = (changed, model) => {
      const asked = changed._selection;
      if (!asked) return;
      const next = serve.find(asked);
      // Cards open also where their lines are not kept.
      if (page.locked && next) return model.update({ ...serve.line(next, asked), _selection: (shown = asked) });
      let taken = asked;
      let line = next && serve.line(next, asked);
      if (next && !line && !next.state._options.every.includes(asked.every)) {
        // A range of a few days has no months: its days are shown.
        taken = { ...asked, every: "1d" };
        line = serve.line(next, taken);
      }
      if (!next || !line) {
        const error = { message: "This choice is not in the saved page.", hint: why(asked, shown) };
        return model.update({ _selection: shown, _status: { ...look.state._status, error } });
      }
      const state = next === look ? { _status: next.state._status } : serve.numbers(next);
      look = next;
      shown = taken;
      model.update({ ...state, ...line, _selection: taken });
    };

    const state = {
      ...serve.numbers(look), ...serve.line(look, shown), _selection: shown,
      _chart_esm: packed.text(page.modules.chart),
    };
    const model = new HostModel(state, { standalone: page.locked, kernel: false, onSave });
    dashboard.render({ model, el: stage, signal: new AbortController().signal });
    globalThis.rwModel = model;
    document.documentElement.setAttribute("data-rw-ready", "");
  };

  try {
    await start();
  } catch (error) {
    // An old browser still shows the numbers: the tables that stand there for pages without scripts.
    console.error(error);
    stage.innerHTML = document.querySelector("noscript").textContent;
    document.documentElement.setAttribute("data-rw-failed", "");
  }
})();
