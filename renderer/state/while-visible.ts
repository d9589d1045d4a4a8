/** Does something for as long as the window is seen: one that nobody sees asks for nothing. Returns its stop. */
export function whileVisible(start: () => () => void): () => void {
  let stop: () => void = () => {}
  const onVisibility = () => {
    stop()
    stop = document.hidden ? () => {} : start()
  }
  document.addEventListener('visibilitychange', onVisibility)
  onVisibility()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    stop()
  }
}
