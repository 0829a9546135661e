/** protocol/reference.json is generated from the code; this test fails when it is stale or when something was taken away. */
import { execFileSync } from 'node:child_process'
import { errors, events, methods, PROTOCOL_VERSION } from '@suoqiao/protocol'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { expect, test } from 'vitest'

/** Checks the JSON Schema dialect cannot express (byte-exact pattern actions) are left out of the picture. */
const schemaOf = (schema: GenericSchema) => toJsonSchema(schema, { errorMode: 'ignore' })

const reference = {
  protocol: PROTOCOL_VERSION,
  methods: Object.values(methods).map((method) => ({
    method: method.method,
    since: method.since,
    summary: method.summary,
    sensitive: 'sensitive' in method && method.sensitive === true,
    params: schemaOf(method.params),
    result: schemaOf(method.result),
  })),
  events: Object.values(events).map((event) => ({
    event: event.event,
    since: event.since,
    summary: event.summary,
    data: schemaOf(event.data),
  })),
  errors: Object.entries(errors).map(([code, entry]) => ({ code, ...entry })),
}

test('protocol/reference.json says what the code says (renew it with: npm run reference)', async () => {
  await expect(`${JSON.stringify(reference, null, 2)}\n`).toMatchFileSnapshot('../../protocol/reference.json')
})

/** The reference as committed last, or null in a checkout without history. */
function committed(): {
  methods: { method: string }[]
  events: { event: string }[]
  errors: { code: string }[]
} | null {
  try {
    return JSON.parse(
      execFileSync('git', ['show', 'HEAD:protocol/reference.json'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
  } catch {
    return null
  }
}

test('no method, event or error code of the committed reference was taken away', () => {
  const before = committed() ?? reference
  expect(reference.methods.map((m) => m.method)).toEqual(
    expect.arrayContaining(before.methods.map((m) => m.method)),
  )
  expect(reference.events.map((e) => e.event)).toEqual(
    expect.arrayContaining(before.events.map((e) => e.event)),
  )
  expect(reference.errors.map((e) => e.code)).toEqual(
    expect.arrayContaining(before.errors.map((e) => e.code)),
  )
})
