// Keys of the data as words.

/** "mail_opened" as "mail opened". */
export const spaced = (key: string): string => key.replace(/_/g, " ");

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
