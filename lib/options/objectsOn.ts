/**
 * Makes objects with given fields on a prototype that they share. By a constructor, so that V8 gives all of them one shape: with
 * `Object.setPrototypeOf`, or `__proto__` in a literal, each has a shape of its own, which is slow to read and takes a kilobyte.
 */
export function objectsOn<T extends object>(prototype: object): (fields: object) => T {
  function Made(this: object, fields: object): void {
    Object.assign(this, fields);
  }
  Made.prototype = prototype;
  const Maker = Made as unknown as new (fields: object) => T;
  return (fields) => new Maker(fields);
}
