// Keys of the data as words.

/** "mail_opened" as "mail opened". */
export const spaced = (key: string): string => key.replace(/_/g, " ");

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Without the marks of the reading direction that hold until they are ended, as `plain` of _text.py: they turn round what is
 * behind them. Names from right to left need none, since each stands by itself.
 */
export const plain = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
