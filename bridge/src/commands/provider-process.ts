/** The hidden command by which the daemon starts the process that holds one vendor library. */
import { runProviderProcess } from '../provider-process/child.js'
import { type Command, EXIT_OK } from './command.js'

export const providerProcess: Command = async (args) => {
  await runProviderProcess(args)
  return EXIT_OK
}
