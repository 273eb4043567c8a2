// Mirrors src/results_widgets/view_model/values.py.

/** An Arrow IPC stream, as the various hosts hand over bytes. */
export type Bytes = DataView | ArrayBuffer | Uint8Array | null;
