// Marks that turn what follows them round, in names of the data: whatever is drawn or read out leaves them out.
import { options } from "preact";
import { plain } from "./text";

/** In which a reader is told something; others hold keys, by which the kernel and the page know what is meant. */
const told = ["aria-label", "aria-valuetext", "title", "alt", "placeholder", "data-tip"];

// A text of the page is a node whose properties are that text.
options.vnode = (node: { props: unknown }) => {
  const { props } = node as { props: Record<string, unknown> };
  if (typeof props === "string") node.props = plain(props);
  else
    for (const name of told)
      if (typeof props[name] === "string") props[name] = plain(props[name] as string);
};
