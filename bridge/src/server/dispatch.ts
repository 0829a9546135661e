/** One request to one handler: validates what goes in and what comes out. Knows no socket. */
import { isMethod, type Method, methods, type Params, type Result, SuoqiaoError } from '@suoqiao/protocol'
import * as v from 'valibot'
import type { Caller, Handler, Handlers, Services } from '../handlers/handler.js'

/** Where a value breaks the schema: dotted path and rule, never the value itself. */
function whereInvalid(issues: readonly v.BaseIssue<unknown>[]): { reason: string } {
  const first = issues[0]
  if (!first) return { reason: 'invalid' }
  return { reason: `${v.getDotPath(first) ?? '(root)'}: ${first.type}` }
}

/** The handler's answer, or `request.cancelled` as soon as the caller is gone. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new SuoqiaoError('request.cancelled'))
    // A caller who left while the handler was still synchronous has no abort to come; the work is settled all the same.
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/**
 * Runs one request. Throws SuoqiaoError: request.unknown-method, request.invalid, or what the handler throws;
 * anything else a handler throws, and a result that breaks the schema, is a fault of ours and thrown as it is.
 */
export async function dispatch(
  request: { readonly method: string; readonly params: unknown },
  caller: Caller,
  handlers: Handlers,
  services: Services,
): Promise<unknown> {
  const { method } = request
  if (!isMethod(method)) throw new SuoqiaoError('request.unknown-method')
  return await run(method, request.params, caller, handlers, services)
}

async function run<M extends Method>(
  method: M,
  params: unknown,
  caller: Caller,
  handlers: Handlers,
  services: Services,
): Promise<unknown> {
  const input = v.safeParse(methods[method].params, params ?? {})
  if (!input.success) throw new SuoqiaoError('request.invalid', whereInvalid(input.issues))
  const handler: Handler<M> = handlers[method]
  const work: Promise<Result<M>> = handler(input.output as Params<M>, caller, services)
  const output = v.safeParse(methods[method].result, await untilAborted(work, caller.signal))
  if (!output.success) {
    throw new Error(`result of ${method} breaks its schema at ${whereInvalid(output.issues).reason}`)
  }
  return output.output
}
