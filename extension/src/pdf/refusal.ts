/** How the PDF core says no: always a SuoqiaoError of the pdf.* table, with a reason a helpdesk can search for. */
import { type ErrorCode, SuoqiaoError } from '@suoqiao/protocol'

type PdfErrorCode = Extract<ErrorCode, `pdf.${string}`>

/** A typed refusal; `reason` is a fixed word of ours, never file content. */
export function refusal(code: PdfErrorCode, reason: string): SuoqiaoError {
  return new SuoqiaoError(code, { reason })
}

/**
 * The outer wall of every exported entry: whatever a reader of bytes may throw (a file removed while it is
 * read, an allocation refused by the browser) leaves as `pdf.damaged`, never as a raw error.
 */
export async function withTypedErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof SuoqiaoError) throw thrown
    throw new SuoqiaoError('pdf.damaged', { reason: 'unreadable' }, { cause: thrown })
  }
}
