import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { USUAL_UNITS } from '../../src/core/units/units'
import { fieldContextKey } from '../../src/renderer/widgets/field-context'
import LlmShapePicker from '../../src/renderer/workload/LlmShapePicker.vue'
import QuantityField from '../../src/renderer/widgets/QuantityField.vue'
import TextField from '../../src/renderer/widgets/TextField.vue'
import ShareControl from '../../src/renderer/architecture/ShareControl.vue'
import StrategiesTable from '../../src/renderer/strategies/StrategiesTable.vue'
import { useProjectStore } from '../../src/renderer/stores/project-store'
import { useSearchStore } from '../../src/renderer/stores/search-store'
import { readLlmShape } from '../../src/contract/llm-shape'
import { inMemoryWindow, type InMemoryWindow } from '../support/in-memory-window'
import { aPaperProject, aProject } from '../support/project'

describe('a text in a field', () => {
  it('is committed when the field is left, kept while the user types, and reverted where the change is refused', async () => {
    const wrapper = mount(TextField, { props: { value: 'Design 1' } })
    const input = wrapper.get('input')
    // setValue would also send a change event.
    input.element.value = 'fus'
    await input.trigger('input')
    await wrapper.setProps({ value: 'Design one' })
    expect(input.element.value).toBe('fus')
    await input.setValue('fused')
    await input.trigger('change')
    expect(wrapper.emitted('change')).toEqual([['fused']])
    await vi.waitFor(() => expect(input.element.value).toBe('Design one'))
    await wrapper.setProps({ value: 'fused' })
    expect(input.element.value).toBe('fused')
    input.element.value = 'other'
    await input.trigger('input')
    await input.trigger('keydown', { key: 'Escape' })
    expect(input.element.value).toBe('fused')
    // Typed and reverted: the browser sends no change event.
    await input.trigger('input')
    await input.trigger('blur')
    await wrapper.setProps({ value: 'renamed' })
    expect(input.element.value).toBe('renamed')
    expect(wrapper.emitted('change')).toHaveLength(1)
  })
})

describe('a quantity in a field', () => {
  const field = (props: object = {}) =>
    mount(QuantityField, { props: { label: 'SRAM', kind: 'bytes', value: 2 ** 20, ...props } })
  const type = async (wrapper: ReturnType<typeof field>, text: string) => {
    await wrapper.get('input').setValue(text)
    await wrapper.get('input').trigger('change')
  }

  it('takes units, and shows its value in them', async () => {
    const wrapper = field()
    expect(wrapper.get('input').element.value).toBe('1 MiB')
    await type(wrapper, '32 KiB')
    expect(wrapper.emitted('change')).toEqual([[32768]])
    expect(wrapper.get('label').attributes('for')).toBe(wrapper.get('input').attributes('id'))
  })

  it.each([
    ['many', 'is not a number'],
    ['3 parsec', 'write it like 32 MiB'],
    ['2 GiB', 'must be at most 1 GiB'],
  ])('refuses %s with a message under the field, and keeps the last valid value', async (text, complaint) => {
    const wrapper = field({ min: 1, max: 2 ** 30 })
    await type(wrapper, text)
    expect(wrapper.emitted('change')).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toContain(complaint)
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('true')
    await wrapper.get('input').trigger('keydown', { key: 'Escape' })
    expect(wrapper.get('input').element.value).toBe('1 MiB')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('keeps typed text while the value changes', async () => {
    const wrapper = field()
    const { element } = wrapper.get('input')
    element.value = '32 K'
    await wrapper.get('input').trigger('input')
    await wrapper.setProps({ value: 2 ** 24 })
    expect(element.value).toBe('32 K')
    element.value = '32 KiB'
    await wrapper.get('input').trigger('input')
    await wrapper.get('input').trigger('change')
    expect(wrapper.emitted('change')).toEqual([[32768]])
    await wrapper.setProps({ value: 32768 })
    expect(element.value).toBe('32 KiB')
    await wrapper.get('input').trigger('input')
    await wrapper.get('input').trigger('blur')
    await wrapper.setProps({ value: 2 ** 20 })
    expect(element.value).toBe('1 MiB')
  })

  it('changes by arrow keys, in larger steps with Shift', async () => {
    const wrapper = field({ kind: 'count', value: 10, min: 1 })
    const input = wrapper.get('input')
    await input.trigger('keydown', { key: 'ArrowUp' })
    await input.trigger('keydown', { key: 'ArrowDown', shiftKey: true })
    await input.trigger('keydown', { key: 'ArrowDown' })
    expect(wrapper.emitted('change')).toEqual([[11], [2], [9]])
  })

  it('a bare number has the unit that the field shows, and is echoed in it while it is typed', async () => {
    const wrapper = field({ kind: 'frequency', value: 7e8 })
    wrapper.get('input').element.value = '900'
    await wrapper.get('input').trigger('input')
    expect(wrapper.get('output').text()).toBe('= 900 MHz')
    await wrapper.get('input').trigger('change')
    expect(wrapper.emitted('change')).toEqual([[9e8]])
    expect(wrapper.find('output').exists()).toBe(false)
  })

  it('an error goes with its text: by typing, and by undo, redo, New or Open', async () => {
    const turn = ref(0)
    const wrapper = mount(QuantityField, {
      props: { label: 'Clock', kind: 'frequency', value: 7e8 },
      global: {
        provide: {
          [fieldContextKey as symbol]: { units: () => USUAL_UNITS, turn: () => turn.value, settle: () => {} },
        },
      },
    })
    const alert = () => wrapper.find('[role=alert]').exists()
    await type(wrapper, 'fast')
    expect(alert()).toBe(true)
    wrapper.get('input').element.value = '800 MHz'
    await wrapper.get('input').trigger('input')
    expect(alert()).toBe(false)
    // The same text typed again is an error again only when it is committed.
    wrapper.get('input').element.value = 'fast'
    await wrapper.get('input').trigger('input')
    expect(alert()).toBe(false)
    await wrapper.get('input').trigger('change')
    expect(alert()).toBe(true)
    turn.value++
    await nextTick()
    expect(alert()).toBe(false)
    expect(wrapper.get('input').element.value).toBe('700 MHz')
    expect(wrapper.emitted('complain')!.at(-1)).toEqual([''])
  })

  it('a count is whole', async () => {
    const wrapper = field({ kind: 'count', value: 10 })
    await type(wrapper, '2.5')
    expect(wrapper.emitted('change')).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toContain('whole')
  })
})

describe('the shape of an LLM layer', () => {
  it('sets the ranks in the text', async () => {
    const { workload } = await aProject('gpt3-6.7b')
    const wrapper = mount(LlmShapePicker, {
      props: { text: workload.text, shape: readLlmShape(workload.text)! },
    })
    await wrapper.get('select').setValue('decode')
    const text = wrapper.emitted<[string]>('change')![0]?.[0]
    expect(readLlmShape(text!)).toEqual({ phase: 'decode', batch: 16, length: 2048 })
  })
})

describe('over the real engine', () => {
  let shown: InMemoryWindow
  beforeEach(() => {
    shown = inMemoryWindow()
  })
  afterEach(() => shown.close())

  async function open(preset: string) {
    const { document_, search } = shown.run(() => ({
      document_: useProjectStore(),
      search: useSearchStore(),
    }))
    document_.load(await aPaperProject(preset), { path: null, revision: null, saved: true })
    await vi.waitFor(() => expect(search.found).not.toBeNull())
    return document_
  }
  const global = () => ({ plugins: [...shown.plugins] })

  it('the share control shows the figures at the best share and at a typed one', async () => {
    const document_ = await open('gpt3-6.7b')
    const wrapper = mount(ShareControl, { global: global() })
    expect(wrapper.text()).toContain('70.9 TMAC/s')
    expect(wrapper.text()).toContain('following the best share')
    await wrapper.get('input').setValue('50 %')
    await wrapper.get('input').trigger('change')
    expect(document_.project!.bufferShare).toBe(0.5)
    expect(wrapper.text()).not.toContain('following')
    await wrapper.get('button').trigger('click')
    expect(document_.project!.bufferShare).toBeNull()
  })

  it('the table of strategies compares them, and selects one', async () => {
    const document_ = await open('gpt3-6.7b')
    const wrapper = mount(StrategiesTable, { global: global() })
    const rows = wrapper.findAll('tbody tr').map((row) => row.text().replace(/\s+/g, ' '))
    expect(rows).toHaveLength(6)
    expect(rows[5]).toMatch(/segmented.*61\.7 %.*3\.83x/)
    await wrapper.findAll('tbody button[aria-pressed]')[5]!.trigger('click')
    expect(document_.project!.fusion.strategy).toBe('segmented')
    expect(wrapper.findAll('button[aria-pressed]')[5]!.attributes('aria-pressed')).toBe('true')
  })
})
