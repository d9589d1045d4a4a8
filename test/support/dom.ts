/* What a window has and jsdom lacks, as far as the interface asks for it. */

/** Tells each element's size once: nothing is laid out, so nothing is ever resized. */
class OnceObserver {
  readonly #heard: ResizeObserverCallback

  constructor(heard: ResizeObserverCallback) {
    this.#heard = heard
  }

  observe(target: Element): void {
    const size = [{ inlineSize: WIDTH, blockSize: HEIGHT }]
    const contentRect = new DOMRectReadOnly(0, 0, WIDTH, HEIGHT)
    const entry = { target, contentRect, borderBoxSize: size, contentBoxSize: size, devicePixelContentBoxSize: size }
    queueMicrotask(() => this.#heard([entry], this))
  }

  unobserve(): void {}
  disconnect(): void {}
}

class FlatRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number

  constructor(x: number, y: number, width: number, height: number) {
    this.x = x
    this.y = y
    this.width = width
    this.height = height
  }
}

const WIDTH = 900
const HEIGHT = 500

/** Takes whatever is drawn, and shows nothing. */
const blankCanvas = new Proxy(
  {},
  { get: (_, name) => (name === 'measureText' ? () => ({ width: 10 }) : () => {}), set: () => true },
)

class BlankPath {
  moveTo(): void {}
  lineTo(): void {}
  rect(): void {}
  arc(): void {}
  closePath(): void {}
  addPath(): void {}
}

/** Makes jsdom a window in which every element is as large, and none is ever resized. */
export function furnishWindow(): void {
  Object.defineProperty(window, 'matchMedia', {
    configurable: true,
    value: (query: string) => ({
      matches: query.includes('min-width'),
      media: query,
      addEventListener: () => {},
      removeEventListener: () => {},
    }),
  })
  if (!('DOMRectReadOnly' in globalThis)) Object.assign(globalThis, { DOMRectReadOnly: FlatRect })
  Object.defineProperty(globalThis, 'ResizeObserver', { configurable: true, value: OnceObserver })
  for (const [name, value] of Object.entries({
    offsetWidth: WIDTH,
    clientWidth: WIDTH,
    offsetHeight: HEIGHT,
    clientHeight: HEIGHT,
  })) {
    Object.defineProperty(window.HTMLElement.prototype, name, { configurable: true, value })
  }
  window.HTMLElement.prototype.scrollTo = () => {}
  Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() })
  Object.assign(window.HTMLCanvasElement.prototype, { getContext: () => blankCanvas })
  Object.assign(globalThis, { Path2D: BlankPath })
}

interface Fiber {
  readonly type: unknown
  readonly flags: number
  readonly alternate: Fiber | null
  readonly child: Fiber | null
  readonly sibling: Fiber | null
}

/** React marks a component that ran with this flag, for its developer tools: what we are for a moment. */
const PERFORMED_WORK = 1

/** Hears the names of the components that each commit rendered. To be called before React's DOM is loaded. */
export function watchRenders(heard: (names: readonly string[]) => void): void {
  Object.assign(globalThis, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      isDisabled: false,
      supportsFiber: true,
      inject: () => 1,
      onCommitFiberUnmount: () => {},
      onCommitFiberRoot: (_renderer: number, root: { readonly current: Fiber }) => {
        const names: string[] = []
        collect(root.current, names)
        heard(names)
      },
    },
  })
}

function collect(fiber: Fiber, names: string[]): void {
  for (let child = fiber.child; child !== null; child = child.sibling) {
    // A part that was not looked at is the very object that it was before.
    if (fiber.alternate !== null && child === fiber.alternate.child) return
    const name = nameOf(child.type)
    if (name !== '' && (child.flags & PERFORMED_WORK) !== 0) names.push(name)
    collect(child, names)
  }
}

function nameOf(type: unknown): string {
  if (typeof type === 'function') return type.name
  const inner = typeof type === 'object' && type !== null && 'type' in type ? type.type : undefined
  return typeof inner === 'function' ? inner.name : ''
}
