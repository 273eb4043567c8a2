// The flow that is drawn: before its numbers are there, the campaign's actions without any.
import { useMemo } from "preact/hooks";
import { useSnapshot } from "../../ui/view";
import type { Action } from "../../wire/campaign";
import type { Arm, Flow, FlowNode } from "../../wire/flow";
import type { Snapshot } from "../../wire/store";

const unknown = { conversions: null, share_of_entries: null };

/** A flow of which only its shape is known. */
export function blankFlow(actions: Action[]): Flow {
  const nodes = actions.map(
    ({ id }): FlowNode => ({ ...unknown, action_id: id, users_received: null }),
  );
  const arm: Arm = {
    id: null,
    label: "",
    entries: null,
    conversions: null,
    unattributed: null,
    open: null,
    nodes,
    edges: [],
  };
  return { arms: nodes.length > 0 ? [arm] : [], held_back: null };
}

/** Whether the flow's numbers are still to come. */
export const isBlank = ({ flow, status }: Pick<Snapshot, "flow" | "status">): boolean =>
  flow.arms.length === 0 && status.state !== "error";

export function useFlow(): Flow {
  const snapshot = useSnapshot();
  const { actions } = snapshot.campaign;
  const blank = useMemo(() => blankFlow(actions), [actions]);
  return isBlank(snapshot) ? blank : snapshot.flow;
}
