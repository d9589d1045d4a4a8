import manifest from '../../package.json' with { type: 'json' }

/** Ours, as the package says it. */
export const version: string = manifest.version
