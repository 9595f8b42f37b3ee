// A client in TypeScript, which tsc --strict checks.
import { GoError, GoMap, load, type GoChan, type GoFunction, type GoSlice } from '..';

interface Test {
  strings: { ToUpper: GoFunction<[string], string> };
  'new'(type: 'map[string]int64', init?: Record<string, number>): GoMap<string, number | bigint>;
}

const lib = load('libtest.so');
const typed = load<Test>('libtest.so');

export const upper: string = typed.strings.ToUpper('go');
export const later: Promise<string> = typed.strings.ToUpper.async('go');
export const counts = lib.new('map[string]int64', { a: 1 }) as GoMap<string, number>;
export const first: number | undefined = counts.get('a');
export const words: GoSlice<string> = lib.strings.Split('a,b', ',');
export const word: string | undefined = words[0];

export async function drain(chan: GoChan<number>): Promise<number> {
  let sum = 0;
  for await (const value of chan) sum += value;
  return sum;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GoError && error.as('*fs.PathError') !== null;
}

// @ts-expect-error a string is wanted
typed.strings.ToUpper(5);
