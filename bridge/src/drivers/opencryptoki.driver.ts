/** openCryptoki: IBM's token framework on Linux. */
import type { Driver } from './driver.js'

export default {
  id: 'opencryptoki',
  vendor: 'openCryptoki',
  product: 'openCryptoki',
  provider: 'pkcs11',
  libraries: {
    linux: [
      '/usr/lib/x86_64-linux-gnu/opencryptoki/libopencryptoki.so',
      '/usr/lib/opencryptoki/libopencryptoki.so',
      '/usr/lib64/opencryptoki/libopencryptoki.so',
    ],
  },
  // Its daemon pkcsslotd must run.
  usefulWhen: [
    { file: '/run/pkcsslotd.pid' },
    { file: '/run/pkcsslotd.socket' },
    { file: '/run/opencryptoki/pkcsslotd.pid' },
  ],
  source: 'Debian package opencryptoki 3.8.1',
  verified: 'documented',
} satisfies Driver
