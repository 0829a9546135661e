/** Test stand: the work a call costs, whatever else the machine is doing. */

/** CPU milliseconds this process has used, all its threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
