// An email's HTML as its reader saw it, in a frame that can do nothing: sandbox="" forbids scripts, forms, popups and
// navigation of the page, the policy inside forbids every request, and what could be followed is taken out beforehand.

const gone =
  "script, iframe, frame, frameset, object, embed, applet, base, link, meta, form, input, button, select, textarea, template, noscript, svg, math, audio, video, source, track, portal";
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const safeAddress = /^data:image\/(png|gif|jpeg|webp);/i;

function clean(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const address = ["src", "background", "poster", "srcset"].includes(name);
    if (
      name.startsWith("on") ||
      [
        "href",
        "xlink:href",
        "action",
        "formaction",
        "ping",
        "target",
        "autofocus",
        "tabindex",
        "contenteditable",
        "is",
      ].includes(name) ||
      (address && !safeAddress.test(value))
    ) {
      // Where a link led stays readable.
      if (name === "href" && element.localName === "a")
        element.setAttribute("data-href", value.slice(0, 500));
      element.removeAttribute(name);
    }
  }
}

/** Shown in place of an email whose body was a frameset, which is removed. */
function framesTold(page: Document): HTMLElement {
  const body = page.createElement("body");
  body.textContent = "This email is made of frames, which are not shown.";
  return body;
}

/** The document for a frame's srcdoc. */
export function mailDocument(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const element of page.querySelectorAll(gone)) element.remove();
  const styles = [...page.querySelectorAll("head style")].map((style) => style.outerHTML).join("");
  const body = page.body ?? framesTold(page);
  body.querySelectorAll("*").forEach(clean);
  clean(body);
  return (
    `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
    "<style>html{color-scheme:light}body{margin:16px;background:#fff;color:#1b1f24;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}" +
    "img{max-width:100%}a{color:#2563d4;text-decoration:underline;cursor:default}a[data-href]{position:relative}a[data-href]:hover::after{content:attr(data-href);position:absolute;left:0;top:100%;width:max-content;max-width:60vw;padding:2px 6px;background:#1b1f24;color:#fff;font:12px/17px system-ui,sans-serif}</style>" +
    `${styles}</head>${body.outerHTML}</html>`
  );
}

/** Does the text hold markup, or is it plain? */
export const isMarkup = (text: string): boolean => /<[a-z!/][^>]*>/i.test(text);
