/** What a call reached, told to the list of edges. */
export const Reach = {
  OURS: 1,
  OUTSIDE: 2,
  LANGUAGE: 4,
  /** A class without constructor of ours. */ MADE: 8,
} as const;
