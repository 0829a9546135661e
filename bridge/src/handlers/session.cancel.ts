/** session.cancel: gives up a request of the same connection that is still under way. */
import type { Handler } from './handler.js'

export const sessionCancel: Handler<'session.cancel'> = async ({ requestId }, caller) => ({
  cancelled: caller.cancelRequest(requestId),
})
