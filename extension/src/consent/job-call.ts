/** A protocol method on behalf of this window's job: the bridge sees the portal's origin, so it lists what may serve there. */
import type { Method, ParamsInput, Result } from '@suoqiao/protocol'
import type { Ask } from '../ui/background'

export async function callForJob<M extends Method>(
  ask: Ask,
  jobId: string,
  method: M,
  params: ParamsInput<M>,
  consent?: string,
): Promise<Result<M>> {
  const request = { jobId, method, params, ...(consent === undefined ? {} : { consent }) }
  return (await ask('job.call', request)) as Result<M>
}
