// The one mistake that this process makes, of those that people make with express and tsoa.

type Mistake = "addresses" | "bigint" | "crash" | "jwt" | "no-handler" | "spread" | "stringify";

export const mistake = process.env.MISTAKE as Mistake | undefined;
