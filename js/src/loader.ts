// What travels with every widget: it fetches the widget's code and styles, which a model of their own carries once for all
// widgets of a kernel, and draws.
import { evaluated, type Source } from "./wire/code";
import type { Model } from "./wire/model";
import { type Host, modelOf } from "./wire/models";

interface Carrier {
  get(name: string): unknown;
}

interface Context {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  host?: Host<Carrier>;
}

interface Module {
  default: { render(context: Context & { code: (name: string) => Promise<Source> }): () => void };
}

const prefix = "IPY_MODEL_";

async function carried({ model, host }: Context, name: string): Promise<Source> {
  const ref = (model.get("_code") as Record<string, string> | undefined)?.[name] ?? "";
  const id = ref.startsWith(prefix) ? ref.slice(prefix.length) : ref;
  const carrier = await modelOf(model, host, id);
  const [key, text] = [carrier?.get("_key"), carrier?.get("_text")];
  if (typeof key !== "string" || typeof text !== "string") throw new Error(`no ${name} code`);
  return { key, text };
}

/** Hosts that do not hand out models: the kernel is asked. */
function asked({ model, signal }: Context, name: string): Promise<Source> {
  return new Promise((resolve, reject) => {
    const id = `code-${Math.random().toString(36).slice(2)}`;
    const onReply = (reply: { id?: string; ok?: boolean; code?: Source }): void => {
      if (reply?.id !== id) return;
      model.off("msg:custom", onReply);
      if (reply.ok && reply.code) resolve(reply.code);
      else reject(new Error(`the kernel has no ${name} code`));
    };
    model.on("msg:custom", onReply);
    signal?.addEventListener("abort", () => model.off("msg:custom", onReply));
    model.send({ id, kind: "code", name });
  });
}

/** Puts styles into the document, or into the shadow root that the widget stands in, once. */
function style(el: HTMLElement, { key, text }: Source): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  if (
    [...home.querySelectorAll("style[data-rw-styles]")].some(
      (one) => one.getAttribute("data-rw-styles") === key,
    )
  )
    return;
  const sheet = document.createElement("style");
  sheet.setAttribute("data-rw-styles", key);
  sheet.textContent = text;
  home.append(sheet);
}

export default {
  async render(context: Context): Promise<() => void> {
    const code = (name: string): Promise<Source> =>
      carried(context, name).catch(() => asked(context, name));
    const [module, styles] = await Promise.all([code("module"), code("styles")]);
    if (context.signal?.aborted) return () => undefined;
    style(context.el, styles);
    const { default: widget } = await evaluated<Module>(module);
    return context.signal?.aborted ? () => undefined : widget.render({ ...context, code });
  },
};
