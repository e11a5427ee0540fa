/**
 * An object with these fields, on a prototype that others share. Not by `__proto__` in a literal: V8 gives each of those a shape of its own,
 * which takes more than the object.
 */
export const objectOn = <T extends object>(prototype: object, fields: object): T => Object.setPrototypeOf(fields, prototype) as T;
