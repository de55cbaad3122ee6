/** What happens when an object reaches a variable; operands a, b, c, d as said. */
export const Rule = {
  /** a: to, b: name, c: flags, d: site. */
  LOAD: 0,
  /** a: name, b: from, c: site. */
  STORE: 1,
  /** a: to, b: receiver, c: flags, d: site. A member found on a class is bound to its receiver. */
  BIND: 2,
  /** a: lookup. The search for a member goes on in this prototype. */
  CHAIN: 3,
  /** a: to, b: key, c: site. */
  ITEM: 4,
  /** a: key, b: from, c: site. */
  PUT: 5,
  /** a: to, b: variable of the key, c: site. */
  ITEM_BY: 6,
  /** a: from, b: variable of the key, c: site. */
  PUT_BY: 7,
  /** a: to, b: base, c: site. The object is the key. */
  KEY_ITEM: 8,
  /** a: from, b: base, c: site. The object is the key. */
  KEY_PUT: 9,
  /** a: to, b: site. */
  ITER: 10,
  /** a: to. */
  AWAIT: 11,
  /** a: call. The object is the callee. */
  CALL: 12,
  /** a: to. The object is a type. */
  INSTANCE: 13,
  /** a: to, b: class. The object is self. */
  SUPER: 14,
  /** a: from, b: receiver, c: site. The object is what a class holds under the name that is set. */
  SETTER: 15,
  /** a: call, b: class. The object is what `__new__` gave. */
  MADE: 16,
  /** a: hook. */
  HOOK: 17,
  /** a: class. The object is a base of it that was not known when the class was made. */
  BASE: 18,
  /** The object is thrown. */
  THROWN: 20,
  /** a: to. The object is a type that is caught. */
  CAUGHT: 21,
  /** a: to, b: variable of the class. */
  NARROW: 22,
  /** a: to, b: object. The object that arrives is a type that the other may be of. */
  FITS: 23,
} as const;
