// Marks that turn what follows them round, in names of the data: whatever is drawn or read out leaves them out.
import { options } from "preact";
import { plain } from "./text";

/** Attributes in which a reader is told something; others hold keys, by which the kernel and the page know what is meant. */
const told = ["aria-label", "aria-valuetext", "title", "alt", "placeholder", "data-tip"];

// A text of the page is a node whose properties are that text.
options.vnode = (node: { type: unknown; props: unknown }) => {
  if (typeof node.props === "string") node.props = plain(node.props);
  else if (typeof node.type === "string") {
    const props = node.props as Record<string, unknown>;
    for (const name of told) {
      const text = props[name];
      if (typeof text === "string") props[name] = plain(text);
    }
  }
};
