/** localStorage where there is one: private modes and strict settings make every use of it throw. Then this page's memory serves. */
const memory = new Map<string, string>();

const attempt = <T>(use: () => T, otherwise: () => T): T => {
  try {
    return use();
  } catch {
    return otherwise();
  }
};

export const read = (name: string): string | null =>
  memory.get(name) ??
  attempt(
    () => localStorage.getItem(name),
    () => null,
  );

export const remove = (name: string): void => {
  memory.delete(name);
  attempt(
    () => localStorage.removeItem(name),
    () => undefined,
  );
};

export const write = (name: string, value: string): void =>
  attempt(
    () => {
      localStorage.setItem(name, value);
      memory.delete(name);
    },
    () => void memory.set(name, value),
  );

export const names = (prefix: string): string[] =>
  [
    ...memory.keys(),
    ...attempt(
      () => Object.keys(localStorage),
      () => [],
    ),
  ].filter((name) => name.startsWith(prefix));
