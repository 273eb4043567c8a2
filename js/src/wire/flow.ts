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

export interface Flow {
  arms: Arm[];
  held_back: number | null;
}
