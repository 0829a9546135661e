/** SoftHSM2: a token in software, for tests and for trying things out. */
import type { Driver } from './driver.js'

export default {
  id: 'softhsm2',
  vendor: 'SoftHSM2',
  product: 'SoftHSM 2.6',
  provider: 'pkcs11',
  libraries: {
    linux: [
      '/usr/lib/softhsm/libsofthsm2.so',
      '/usr/lib64/softhsm/libsofthsm2.so',
      '/usr/lib64/libsofthsm2.so',
    ],
    darwin: ['/opt/homebrew/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'],
    win32: ['C:\\SoftHSM2\\lib\\softhsm2-x64.dll'],
  },
  // The system-wide token directory belongs to a service account: without an own configuration it only fails.
  usefulWhen: [{ env: 'SOFTHSM2_CONF' }, { file: '~/.config/softhsm2/softhsm2.conf' }],
  source: 'Debian package softhsm2 2.6.1',
  verified: 'software',
} satisfies Driver
