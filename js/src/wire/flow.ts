// Mirrors src/results_widgets/view_model/flow.py.

/** Counts of the flow are null where a report keeps small ones to itself. */
export interface FlowNode {
  action_id: string;
  users_received: number | null;
  conversions: number | null;
  share_of_entries: number | null;
}

export interface FlowEdge {
  source: string;
  target: string;
  users: number | null;
  share: number | null;
  drop_off: number | null;
}

export interface Arm {
  id: string | null;
  label: string;
  entries: number | null;
  conversions: number | null;
  unattributed: number | null;
  open: number | null;
  nodes: FlowNode[];
  edges: FlowEdge[];
}

/** What became of those who received an action: a row for each action after it, then for those who received none. */
export interface NextStep {
  kind: "went" | "several" | "waiting" | "left" | "not_due";
  action_id: string | null;
  users: number;
  share: number | null;
  first_due_ms: number | null;
}

export interface Flow {
  arms: Arm[];
  held_back: number | null;
}
