/** The part of a page's contents that is guarded. */
export interface ContentsLike {
  on(
    event: 'will-navigate' | 'will-redirect' | 'will-attach-webview',
    listener: (event: Preventable) => void,
  ): unknown
  on(event: 'will-frame-navigate', listener: (event: Preventable & FrameNavigation) => void): unknown
  setWindowOpenHandler(handler: () => { action: 'deny' }): void
}

interface Preventable {
  preventDefault(): void
}

interface FrameNavigation {
  readonly url: string
  readonly isMainFrame: boolean
}

/**
 * Nothing but the page that the program loaded: no other address in any frame, no redirect, no new window, no embedded
 * page. A frame may show what its own page wrote into it, as the preview of a report does.
 */
export function guard(contents: ContentsLike): void {
  const prevent = (event: Preventable) => event.preventDefault()
  contents.on('will-navigate', prevent)
  contents.on('will-redirect', prevent)
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame || event.url !== 'about:srcdoc') event.preventDefault()
  })
  contents.on('will-attach-webview', prevent)
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
