/** The package's own types say something else in each way of resolving modules. */
declare module '@balena/dockerignore' {
  interface Ignore {
    add(rules: string): Ignore
    ignores(path: string): boolean
  }
  const ignore: () => Ignore
  // biome-ignore lint/style/noDefaultExport: it is how the package is made
  export default ignore
}
