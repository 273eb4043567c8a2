// A dashboard drawn over a state, whose kernel is the test; or as a saved page has it.
import dashboard from "../../src/dashboard";
import { HostModel, type State } from "../../src/saved/host";
import { state } from "./fixture";

export function show(
  given: State = state(),
  onSend?: (content: Record<string, unknown>) => void,
  standalone = false,
) {
  const model = new HostModel(given, {
    standalone,
    onSave: () => undefined,
    onSend: onSend && ((content) => onSend(content)),
  });
  const el = document.createElement("div");
  document.body.append(el);
  const end = dashboard.render({ model, el });
  return { model, el, end };
}
