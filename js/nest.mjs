// Every selector of the style sheet begins with `.rw `. What is built says that once for each run of rules: a twentieth
// of its size, which every saved page carries.

/** The pieces of text that end at `mark` outside of brackets and of quotes. */
function* pieces(text, mark) {
  let [from, depth, quote] = [0, 0, ""];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\\") at++;
    else if (quote) quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else {
      if ("([{".includes(sign)) depth++;
      if (")]}".includes(sign)) depth--;
      if (sign === mark && depth === 0) {
        yield text.slice(from, at + (mark === "}" ? 1 : 0));
        from = at + 1;
      }
    }
  }
  if (from < text.length) yield text.slice(from);
}

/** Selectors of a rule without their root; none if one is of something else, or begins with the name of an element. */
function inner(selectors) {
  const all = [...pieces(selectors, ",")];
  return all.every((one) => /^\.rw [.:[*]/.test(one))
    ? all.map((one) => one.slice(".rw ".length)).join()
    : null;
}

/** Puts neighbours whose selectors all begin with `.rw ` into one rule of it; their order stays. */
export function nested(css) {
  const out = [];
  let run = [];
  const close = () => {
    if (run.length > 0) out.push(`.rw{${run.join("")}}`);
    run = [];
  };
  for (const rule of pieces(css.trim(), "}")) {
    const open = rule.indexOf("{");
    const [before, body] = [rule.slice(0, open), rule.slice(open + 1, -1)];
    const within = inner(before);
    if (within !== null) run.push(`${within}{${body}}`);
    else {
      close();
      out.push(/^@(media|supports)/.test(before) ? `${before}{${nested(body)}}` : rule);
    }
  }
  close();
  return out.join("");
}
