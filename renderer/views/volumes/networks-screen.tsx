export function NetworksScreen() {
  return <h1>Networks</h1>
}
