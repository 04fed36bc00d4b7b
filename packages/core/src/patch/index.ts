type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** A change without what was left out; null is a value, and stays. */
export const given = <Fields extends object>(fields: Fields): Given<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
