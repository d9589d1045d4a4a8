export function ContainersScreen() {
  return <h1>Containers</h1>
}
