/** journal.list: the last uses of keys, newest first. */
import type { Handler } from './handler.js'

export const journalList: Handler<'journal.list'> = (params, _caller, services) =>
  services.journal.list(params.limit)
