import * as v from 'valibot'
import { defineMethod } from '../define.js'

export const sessionHello = defineMethod({
  method: 'session.hello',
  since: 1,
  summary: 'Exchange versions and method lists; says which side must be updated.',
  params: v.object({
    extension: v.object({
      version: v.pipe(v.string(), v.maxLength(40)),
      protocol: v.pipe(v.number(), v.integer(), v.minValue(1)),
      methods: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(200)),
    }),
    browser: v.pipe(v.string(), v.maxLength(40)),
  }),
  result: v.object({
    bridge: v.object({ version: v.string(), protocol: v.number(), methods: v.array(v.string()) }),
    mustUpdate: v.picklist(['none', 'extension', 'bridge']),
    /** Sequence number of the last event sent in this daemon run. */
    seq: v.number(),
  }),
})
