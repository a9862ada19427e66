export function refersTo(value: unknown, id: string): boolean;
