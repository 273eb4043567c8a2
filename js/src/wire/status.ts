// Mirrors src/results_widgets/view_model/status.py.

export interface Status {
  state: "ready" | "computing" | "error" | "empty";
  error: { message: string; hint: string } | null;
  newest_ms: number | null;
  read_ms: number;
  stale: "good" | "warn" | "old";
  zone: string;
  zone_label: string;
  /** Null where the results cannot count them. */
  users_with_developers: number | null;
  users_without_developers: number | null;
  definitions: string[];
  toolkit: string;
  code: string;
  /** What must be known about the numbers shown. */
  note?: string;
}
