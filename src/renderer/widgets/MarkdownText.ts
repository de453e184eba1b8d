import { marked } from 'marked'
import { h, type FunctionalComponent, type VNode } from 'vue'

/** Elements and texts alone: attributes, scripts and comments of a page are left out. */
const nodesOf = (parent: Element): (VNode | string)[] =>
  [...parent.childNodes].flatMap((node): (VNode | string)[] => {
    if (node instanceof Text) return [node.data]
    return node instanceof Element && node.localName !== 'script' ? [h(node.localName, nodesOf(node))] : []
  })

/** Markdown as elements of the window. */
export const MarkdownText: FunctionalComponent<{ text: string }> = ({ text }) =>
  nodesOf(new DOMParser().parseFromString(marked.parse(text, { async: false }), 'text/html').body)
MarkdownText.props = ['text']
