/** session.hello: versions and method lists of both sides, and who must update. */
import { methods, PRODUCT_VERSION, PROTOCOL_VERSION, whoMustUpdate } from '@suoqiao/protocol'
import type { Handler } from './handler.js'

export const sessionHello: Handler<'session.hello'> = async ({ extension }, _caller, { daemon }) => ({
  bridge: { version: PRODUCT_VERSION, protocol: PROTOCOL_VERSION, methods: Object.keys(methods) },
  mustUpdate: whoMustUpdate(extension.protocol, PROTOCOL_VERSION),
  seq: daemon.seq(),
})
