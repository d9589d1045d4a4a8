export function VolumesScreen() {
  return <h1>Volumes</h1>
}
