// Mirrors src/results_widgets/view_model/requests.py, src/results_widgets/view_model/subgroups.py, src/results_widgets/view_model/points.py, and the replies of src/results_widgets/widgets/segment_widget.py.
import type { ProfileRow, Reach, SegmentSummary, UserSample } from "./audience";
import type { CampaignChoice, CampaignDetail } from "./campaigns";
import type { Totals } from "./chart";
import type { Source } from "./code";
import type { ForestGroup } from "./experiment";
import type { NextStep } from "./flow";
import type { WrittenTable } from "./usual_rules";

export interface RequestError {
  message: string;
  hint: string;
  /** The request was understood and these results cannot answer it. */
  limit?: boolean;
}

/** The days of all the data: the first, and how many messages were received on each. */
export interface DayCounts {
  first: string;
  counts: number[];
}

export interface SavedSegment {
  name: string;
  /** Null where there is no store: then it is kept in the session alone. */
  version: number | null;
  /** The Python expression that gives it. */
  code: string;
  /** What to run to keep such a segment for longer; empty where a store has it. */
  keep: string;
}

/** What the kernel replies, by the kind of request. */
export interface Replies {
  segment: SegmentSummary;
  reach: Reach[];
  profile: ProfileRow[];
  sample: UserSample;
  save: SavedSegment;
  days: DayCounts;
  code: Source;
  /** The trait is filled by then. */
  experiment: boolean;
  /** What these results do not have of a view that was opened. */
  views: { missing: string[] };
  subgroups: ForestGroup[];
  usual_rules: WrittenTable;
  dialects: WrittenTable;
  paths: WrittenTable;
  choose: CampaignChoice;
  detail: CampaignDetail;
  /** The id of the dashboard's model. */
  open: string;
  /** The trait is filled by then. */
  shared: boolean;
  next_steps: NextStep[];
  point: PointUsers;
  /** Of the line that is selected. */
  totals: Totals;
}

/** How many users a point of the chart has, and the Python that finds them. */
export interface PointUsers {
  users: number;
  code: string;
}

/** From one action to the one sent after it. */
export type Edge = [source: string, target: string];

/** Which users are asked for. */
export type SegmentRequest =
  | { of: "campaign" }
  | { of: "action"; action: string; event?: string | null }
  | { of: "several"; actions: string[]; edges: Edge[] }
  | { of: "edge"; source: string; target: string }
  | { of: "campaigns"; inside: number[]; outside: number[] }
  | { of: "metric"; metric: string; action: string | null; channel: string | null }
  | PointRequest;

/** Some intervals of the chart, and one of its groups. */
export interface PointRequest {
  of: "point";
  metric: string;
  action: string | null;
  channel: string | null;
  /** Where the first and the last of them start. */
  first: number;
  last: number;
  every: string;
  cumulative: boolean;
  by: string | null;
  group: string | null;
}
