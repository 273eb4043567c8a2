// Mirrors src/results_widgets/view_model/serialization.py.

/** An Arrow IPC stream, as the various hosts hand over bytes. */
export type Bytes = DataView | ArrayBuffer | Uint8Array | null;
