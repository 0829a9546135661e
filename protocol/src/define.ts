/** How a method and an event are declared: name, schemas and the reason it exists, in one place for both sides. */
import type * as v from 'valibot'

/** One request the extension may send to the bridge. `since` is the protocol version that first had it. */
export interface MethodDefinition<
  Name extends string,
  Params extends v.GenericSchema,
  Result extends v.GenericSchema,
> {
  readonly method: Name
  readonly since: number
  readonly summary: string
  /** A sensitive method needs a single-use consent ticket (security requirement 10). */
  readonly sensitive?: boolean
  readonly params: Params
  readonly result: Result
}

export function defineMethod<
  const Name extends string,
  Params extends v.GenericSchema,
  Result extends v.GenericSchema,
>(definition: MethodDefinition<Name, Params, Result>): MethodDefinition<Name, Params, Result> {
  return definition
}

/** One message the bridge sends unasked. */
export interface EventDefinition<Name extends string, Data extends v.GenericSchema> {
  readonly event: Name
  readonly since: number
  readonly summary: string
  readonly data: Data
}

export function defineEvent<const Name extends string, Data extends v.GenericSchema>(
  definition: EventDefinition<Name, Data>,
): EventDefinition<Name, Data> {
  return definition
}
