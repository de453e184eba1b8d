/**
 * What a table has under a name that came from outside: its own entry, and never what every object inherits, such as
 * `constructor`. Names that only the program chooses need none of this.
 */
export const lookUp = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** Names that mean something to every object. No file may use them as the key of a mapping. */
export const isReserved = (name: string): boolean => name === 'prototype' || name in Object.prototype
