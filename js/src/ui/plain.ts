// Marks that turn what follows them round, in names of the data: whatever is drawn leaves them out.
import { options } from "preact";
import { plain } from "./text";

// A text of the page is a node whose properties are that text.
options.vnode = (node: { props: unknown }) => {
  if (typeof node.props === "string") node.props = plain(node.props);
};
