export function DriftScreen() {
  return <h1>Drift</h1>
}
