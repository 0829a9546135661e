/** Which folder may import which. Read it top to bottom: data may only flow this way. */
const nativePackages = '^node_modules/(pkcs11js|koffi|node-hid|serialport)/'

module.exports = {
  forbidden: [
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'protocol-stands-alone',
      comment: 'the agreement imports valibot and nothing else',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { pathNot: ['^protocol/', '^node_modules/valibot/'] },
    },
    {
      name: 'extension-never-bridge',
      comment: 'the two sides meet only in protocol',
      severity: 'error',
      from: { path: '^extension/' },
      to: { path: '^(bridge|installers|test)/' },
    },
    {
      name: 'bridge-never-extension',
      severity: 'error',
      from: { path: '^bridge/' },
      to: { path: '^(extension|installers|test)/' },
    },
    {
      name: 'protocol-by-its-door',
      severity: 'error',
      from: { path: '^(bridge|extension|installers)/' },
      to: { path: '^protocol/', pathNot: '^protocol/src/index\\.ts$' },
    },
    {
      name: 'plug-ins-do-not-know-each-other',
      comment: 'a plug-in file imports its folder’s contract, never a sibling',
      severity: 'error',
      from: { path: '^(bridge|extension)/src/.+/([^/]+)\\.(portal|driver|provider|check|fix|prompt)\\.ts$' },
      to: {
        path: '\\.(portal|driver|provider|check|fix|prompt)\\.ts$',
        pathNot: '/$2\\.(portal|driver|provider|check|fix|prompt)\\.ts$',
      },
    },
    {
      name: 'product-never-test',
      severity: 'error',
      from: { path: '^(protocol|bridge|extension|installers)/' },
      to: { path: '^test/' },
    },
    {
      name: 'only-bridge-client-meets-the-socket',
      comment: 'page, panel, portals and pdf never reach the bridge; they ask the background (requirement 7)',
      severity: 'error',
      from: { path: '^extension/src/(page|panel|portals|pdf|marking)/' },
      to: { path: '^extension/src/bridge-client/' },
    },
    {
      name: 'native-packages-only-in-providers',
      comment: 'a vendor library lives only in the provider process (requirement 12)',
      severity: 'error',
      from: { path: '^bridge/', pathNot: '^bridge/src/providers/' },
      to: { path: nativePackages, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ws-only-in-the-server',
      severity: 'error',
      from: { path: '^bridge/', pathNot: '^bridge/src/(server|pairing)/' },
      to: { path: '^node_modules/ws/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'platform-and-log-know-nothing-of-ours',
      severity: 'error',
      from: { path: '^bridge/src/(platform|log)/' },
      to: { path: '^bridge/src/', pathNot: '^bridge/src/(platform|log)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'],
    },
    exclude: { path: '(^|/)(\\.wxt|\\.output|dist|node_modules/\\.cache)/' },
  },
}
