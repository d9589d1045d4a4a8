export function ImagesScreen() {
  return <h1>Images</h1>
}
