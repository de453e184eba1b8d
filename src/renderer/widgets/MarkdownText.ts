import { marked } from 'marked'
import { h, type FunctionalComponent, type VNode } from 'vue'

/** Keeps elements and text; drops attributes, scripts and comments. */
const nodesOf = (parent: Element): (VNode | string)[] =>
  [...parent.childNodes].flatMap((node): (VNode | string)[] => {
    if (node instanceof Text) return [node.data]
    return node instanceof Element && node.localName !== 'script' ? [h(node.localName, nodesOf(node))] : []
  })

/** Markdown as Vue elements. */
export const MarkdownText: FunctionalComponent<{ text: string }> = ({ text }) =>
  nodesOf(new DOMParser().parseFromString(marked.parse(text, { async: false }), 'text/html').body)
MarkdownText.props = ['text']
